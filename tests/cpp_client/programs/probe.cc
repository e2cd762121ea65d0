// What the tests of the C++ client run against real servers: `client_probe COMMAND REMOTE [ARGUMENT…]`. Prints what
// came back, one fact a line; exits 0 when everything that it checks itself holds. Uses the installed headers only.
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "firesteel/dataframe.h"
#include "firesteel/session.h"

namespace {

using namespace firesteel::client;
using Arguments = std::vector<std::string>;

int failures = 0;

void Say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

void Check(bool holds, const std::string& what) {
  if (holds) return;
  ++failures;
  Say("FAILED " + what);
}

void SayError(const Error& error) {
  Say("kind " + std::to_string(static_cast<int>(error.kind)));
  Say("condition " + error.condition);
  Say("state " + error.sql_state);
  for (const auto& [key, value] : error.parameters) Say("parameter " + key + "=" + value);
  for (const QueryContext& context : error.contexts) {
    Say("context " + std::to_string(context.start_index) + " " + context.fragment);
  }
  for (const Error& cause : error.causes) Say("cause " + cause.message);
  Say("message " + error.message);
}

/// The value, or the end of the program with the error's text.
template <class T>
T Must(Result<T> result, const char* what) {
  if (result) return *std::move(result);
  Say(std::string("FAILED ") + what);
  SayError(result.error());
  std::exit(1);
}
void Must(const Result<void>& result, const char* what) {
  if (result) return;
  Say(std::string("FAILED ") + what);
  SayError(result.error());
  std::exit(1);
}

Session Connect(const std::string& remote) { return Must(Session::builder().remote(remote).connect(), "connect"); }

DataFrame Sql(const Session& session, const std::string& text) { return Must(session.sql(text), "sql"); }

void Rows(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  for (const Row& row : Must(Sql(session, arguments[1]).collect(), "collect")) Say(row.to_string());
}

void Failure(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  Result<DataFrame> frame = session.sql(arguments[1]);
  if (!frame) return SayError(frame.error());
  Result<std::vector<Row>> rows = frame->collect();
  Check(!rows.ok(), "the query fails");
  if (!rows) SayError(rows.error());
}

void ConnectOnly(const Arguments& arguments) {
  Session::Builder builder = Session::builder().remote(arguments[0]);
  std::string certificate;
  std::string key;
  for (size_t i = 1; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "certificate") certificate = arguments[i + 1];
    if (arguments[i] == "key") key = arguments[i + 1];
    if (arguments[i] == "roots") builder.tls_roots(arguments[i + 1]);
    if (arguments[i] == "token") builder.token(arguments[i + 1]);
    if (arguments[i] == "token_file") builder.token_file(arguments[i + 1]);
    if (arguments[i] == "token_command") builder.token_command(arguments[i + 1]);
    if (arguments[i] == "cluster_id") builder.cluster_id(arguments[i + 1]);
    if (arguments[i] == "profile") builder.profile(arguments[i + 1]);
    if (arguments[i] == "name") builder.tls_server_name(arguments[i + 1]);
  }
  if (!certificate.empty()) builder.tls_certificate(certificate, key);
  Result<Session> session = builder.connect();
  if (!session) return SayError(session.error());
  Say("version " + Must(session->version(), "version"));
}

/// Reads a large result slowly: REMOTE ROWS PAUSE_MS. Every row once, in bounded memory.
void Stream(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  const int64_t rows = std::stoll(arguments[1]);
  const std::chrono::milliseconds pause(std::stoll(arguments[2]));
  DataFrame frame = Sql(session, "SELECT id, repeat('x', 100) AS text FROM range(0, " + arguments[1] + ", 1, 1)");
  ResultStream stream = Must(frame.stream(), "stream");
  std::vector<bool> seen(static_cast<size_t>(rows));
  int64_t count = 0;
  for (Result<RecordBatch>& batch : stream.batches()) {
    std::vector<std::tuple<int64_t, std::string>> values;
    Must(Must(std::move(batch), "next").append_to(values), "append");
    for (const auto& [id, text] : values) {
      Check(!seen[static_cast<size_t>(id)] && text.size() == 100, "row " + std::to_string(id) + " comes once");
      seen[static_cast<size_t>(id)] = true;
      ++count;
    }
    Say("batch " + std::to_string(count));
    std::this_thread::sleep_for(pause);
  }
  Check(count == rows, "all rows came");
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  Say("peak_kib " + std::to_string(usage.ru_maxrss));
}

struct Order {
  int64_t id;
  std::string customer;
  std::optional<double> discount;
  std::vector<std::string> tags;
  bool operator==(const Order&) const = default;
};

/// Data of this program to the server and back: REMOTE ROWS.
void LocalData(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  std::vector<Order> orders;
  for (int64_t i = 0; i < std::stoll(arguments[1]); ++i) {
    orders.push_back({i, "customer " + std::to_string(i % 100), i % 3 == 0 ? std::nullopt : std::optional(i * 0.5),
                      std::vector<std::string>(static_cast<size_t>(i % 4), "tag")});
  }
  const DataFrame frame = Must(session.create_data_frame(orders, {"id", "customer", "discount", "tags"}), "create");
  std::vector<Order> back = Must(frame.collect_as<Order>(), "collect_as");
  Check(back == orders, "the same orders came back");
  const ArrowTable table = Must(frame.to_arrow(), "to_arrow");
  Check(table.rows() == static_cast<int64_t>(orders.size()), "as many rows in Arrow");
  const DataFrame again = Must(session.create_data_frame(table), "create from Arrow");
  Check(Must(again.collect_as<Order>(), "collect_as") == orders, "the same orders through Arrow");
  Say(Must(frame.schema(), "schema").simple_string());
}

/// Rows of values: types by the values, mistakes told.
void LocalRows(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  const DataFrame frame = Must(session.create_data_frame(std::vector<Row>{
                                   Row{1, "a", Value()}, Row{int64_t{1} << 40, "b", Array{1.5, Value()}}}),
                               "create");
  for (const Row& row : Must(frame.collect(), "collect")) Say(row.to_string());
  Say(Must(frame.schema(), "schema").simple_string());
  Check(!session.create_data_frame(std::vector<Row>{Row{1}, Row{"x"}}).ok(), "types that do not go together");
  Check(!session.create_data_frame(std::vector<Row>{Row{Value()}}).ok(), "only nulls");
  Check(!session.create_data_frame({Row{Value()}}, *Schema::parse("a int not null")).ok(), "a null too many");
  Check(Must(Must(session.empty_data_frame(*Schema::parse("a int")), "empty").count(), "count") == 0, "no rows");
}

void SessionLife(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  const std::string key = "spark.sql.shuffle.partitions";
  Must(session.conf().set(key, 7), "set");
  Check(Must(session.conf().get(key), "get") == "7", "the value that was set");
  Check(Must(session.conf().get("no.such.key", "fallback"), "get") == "fallback", "the default");
  Check(!Must(session.conf().get_option("no.such.key"), "get_option"), "no option");
  Check(!session.conf().get("no.such.key").ok(), "no value");
  Check(Must(session.conf().get_all(), "get_all").count(key) == 1, "among all");
  Check(Must(session.conf().is_modifiable(key), "is_modifiable"), "modifiable");
  const Session clone = Must(session.clone(), "clone");
  Check(Must(clone.conf().get(key), "get") == "7", "a clone has the configuration");
  Must(clone.conf().set(key, 8), "set");
  Check(Must(session.conf().get(key), "get") == "7", "sessions are apart");
  const Session fresh = Must(session.new_session(), "new_session");
  Check(Must(fresh.conf().get(key), "get") != "7", "a new session has none");
  Must(session.conf().unset(key), "unset");
  Check(Must(session.conf().get(key), "get") != "7", "unset");
  Check(!session.add_tag("a,b").ok() && !session.add_tag("").ok(), "tags have no comma");
  Must(session.add_tag("mine"), "add_tag");
  Check(session.tags().count("mine") == 1 && clone.tags().empty(), "tags of a session");
  std::thread([&] { Check(session.tags().empty(), "tags of a thread"); }).join();
  session.clear_tags();
  Must(session.stop(), "stop");
  Result<std::string> after = session.version();
  Check(!after.ok() && after.error().kind == ErrorKind::kSessionLost, "a stopped session");
  Must(session.stop(), "stop again");
  Check(Must(clone.version(), "version").size() > 2, "the clone lives on");
}

void Interrupts(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  // Looks often whether it shall end, on every server.
  const std::string endless = "SELECT sum(hash(id)) FROM range(1000000000000)";
  const auto run = [&](const std::function<void(ResultStream&)>& end) {
    Must(session.add_tag("slow"), "add_tag");
    ResultStream stream = Must(Sql(session, endless).stream(), "stream");
    session.clear_tags();
    std::thread ender([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(1000));
      end(stream);
    });
    Result<std::optional<RecordBatch>> batch = stream.next();
    ender.join();
    Check(!batch.ok() && batch.error().kind == ErrorKind::kCanceled, "the operation was canceled");
    if (!batch) Say("canceled " + batch.error().condition);
  };
  run([&](ResultStream&) { Check(Must(session.interrupt_tag("slow"), "tag").size() == 1, "one by tag"); });
  run([&](ResultStream& stream) {
    Check(Must(session.interrupt_operation(stream.operation_id()), "operation").size() == 1, "one by id");
  });
  run([&](ResultStream&) { Check(Must(session.interrupt_all(), "all").size() == 1, "one of all"); });
  run([&](ResultStream& stream) { stream.cancel(); });
  Check(Must(Sql(session, "SELECT 1").count(), "count") == 1, "the session goes on");
}

/// REMOTE FILE…: artifacts of each kind.
void Artifacts(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  Must(session.add_artifacts({arguments[1]}, Session::ArtifactKind::kFile), "file");
  Must(session.add_artifacts({arguments[2]}, Session::ArtifactKind::kPython), "python");
  Must(session.add_artifacts({arguments[1]}, Session::ArtifactKind::kFile), "the same again");
  Check(!session.add_artifacts({arguments[1]}, Session::ArtifactKind::kJar).ok(), "no jar");
  Check(!session.add_artifacts({"/no/such/file.jar"}).ok(), "no file");
  Check(!session.add_artifacts({"hdfs://x/file.jar"}).ok(), "no local file");
}

/// REMOTE LOCAL PATH: a local file to the server's file system.
void CopyToFs(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  Check(!session.copy_from_local_to_fs(arguments[1], "relative/path").ok(), "the path is absolute");
  Check(!session.copy_from_local_to_fs("/no/such/file", arguments[2]).ok(), "there is such a file");
  const Result<void> copied = session.copy_from_local_to_fs(arguments[1], arguments[2]);
  if (!copied) return SayError(copied.error());
  Say("copied");
}

/// REMOTE token_file|token_command VALUE: asks the server for each line of the input, as long as the answer is good.
void Renew(const Arguments& arguments) {
  Session::Builder builder = Session::builder().remote(arguments[0]);
  if (arguments[1] == "token_file") builder.token_file(arguments[2]);
  if (arguments[1] == "token_command") builder.token_command(arguments[2]);
  const Session session = Must(builder.connect(), "connect");
  Say("connected");
  for (int c = std::getchar(); c != EOF; c = std::getchar()) {
    Result<std::vector<Row>> rows = Sql(session, "SELECT 1 AS one").collect();
    if (!rows) return SayError(rows.error());
    // The calls that are not streams, too.
    Must(session.conf().set("spark.sql.shuffle.partitions", 7), "set");
    Say("answered");
  }
}

/// REMOTE ROWS: rows enough for some seconds.
void ProgressHandlers(const Arguments& arguments) {
  const Session session = Connect(arguments[0]);
  std::atomic<int> told = 0;
  std::atomic<int> done = 0;
  const int64_t number = session.add_progress_handler([&](const Progress& progress) {
    ++told;
    if (progress.done) ++done;
  });
  Must(Sql(session, "SELECT sum(hash(id)) FROM range(" + arguments[1] + ")").collect(), "collect");
  Say("told " + std::to_string(told.load() > 0) + " done " + std::to_string(done.load()));
  session.remove_progress_handler(number);
}

/// PROGRAM: a server as a child.
void Local(const Arguments& arguments) {
  const Session session = Must(Session::builder().local(arguments[0]).connect(), "connect");
  for (const Row& row : Must(Sql(session, "SELECT 41 + 1 AS answer").collect(), "collect")) Say(row.to_string());
  Must(session.stop(), "stop");
}

/// PROGRAM: a server as a child, until the input ends.
void LocalWait(const Arguments& arguments) {
  const Session session = Must(Session::builder().local(arguments[0]).connect(), "connect");
  Say("connected");
  while (std::getchar() != EOF) {
  }
}

/// PROGRAM: what is said where no server starts.
void LocalFails(const Arguments& arguments) {
  Session::Builder builder = Session::builder();
  if (arguments[0].empty()) {
    builder.force_local();
  } else {
    builder.local(arguments[0]);
  }
  Result<Session> session = builder.connect();
  Check(!session.ok(), "no server starts");
  if (!session) SayError(session.error());
}

}  // namespace

int main(int argc, char** argv) {
  static const std::map<std::string, std::function<void(const Arguments&)>> kCommands = {
      {"rows", Rows},
      {"failure", Failure},
      {"connect", ConnectOnly},
      {"stream", Stream},
      {"local_data", LocalData},
      {"local_rows", LocalRows},
      {"session", SessionLife},
      {"interrupts", Interrupts},
      {"artifacts", Artifacts},
      {"progress", ProgressHandlers},
      {"local", Local},
      {"local_wait", LocalWait},
      {"local_fails", LocalFails},
      {"copy_to_fs", CopyToFs},
      {"renew", Renew},
  };
  const auto command = kCommands.find(argc > 1 ? argv[1] : "");
  if (command == kCommands.end()) return 2;
  command->second(Arguments(argv + 2, argv + argc));
  return failures == 0 ? 0 : 1;
}
