/// The script of the matrix (../matrix.py) with firesteel::client. usage: client_script REMOTE FOLDER
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "firesteel/client.h"

namespace {

using namespace firesteel::client;             // NOLINT: a program of a user
using namespace firesteel::client::functions;  // NOLINT

using Said = Result<std::string>;

std::optional<Session> spark;
std::string folder;

std::string Text(const Value& value) {
  if (const auto* array = value.get_if<Array>()) {
    std::string text;
    for (const Value& element : *array) text += (text.empty() ? "" : ", ") + Text(element);
    return "[" + text + "]";
  }
  if (value.is_null()) return "null";
  if (const auto* time = value.get_if<Timestamp>()) {
    std::string text = time->to_string("UTC");
    std::replace(text.begin(), text.end(), ' ', 'T');
    return text + "Z";
  }
  if (const auto* bytes = value.get_if<Binary>()) {
    std::string text;
    for (const char byte : bytes->bytes) {
      char digits[3];
      std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(byte));
      text += digits;
    }
    return text;
  }
  return value.to_string("UTC");
}

Said Rows(const Result<DataFrame>& df) {
  if (!df) return df.error();
  const Result<std::vector<Row>> rows = df->collect();
  if (!rows) return rows.error();
  std::string text;
  for (const Row& row : *rows) {
    if (&row != &rows->front()) text += "; ";
    for (size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ", ") + Text(row[i]);
  }
  return text;
}

void Step(const char* name, const std::function<Said()>& action) {
  const Said said = action();
  std::string text = said ? *said : said.error().message.substr(0, 300);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  std::printf("%s\t%s\t%s\n", name, said ? "ok" : "error", text.c_str());
  std::fflush(stdout);
}

/// The condition of the error that the query ends with.
std::string Condition(const std::string& query) {
  const Said said = Rows(spark->sql(query));
  if (said) return "no error";
  return said.error().condition.empty() ? said.error().message : said.error().condition;
}

Said OpenSession(const std::string& remote) {
  Result<Session> session = Session::builder().remote(remote).connect();
  if (!session) return session.error();
  spark.emplace(*std::move(session));
  const Result<void> set = spark->conf().set("spark.sql.shuffle.partitions", "7");
  if (!set) return set.error();
  return spark->conf().get("spark.sql.shuffle.partitions");
}

Said Frame() {
  const DataFrame df = spark->range(10).filter(col("id") > 7).select(col("id"), (col("id") * 10).alias("tens"));
  return Rows(df.with_column("label", concat(lit("n"), col("id").cast("string"))));
}

Said Aggregate() {
  const DataFrame df = spark->range(10).group_by((col("id") % 3).alias("rest")).agg(count(col("id")), sum(col("id")));
  return Rows(df.order_by("rest"));
}

Said Join() {
  const Result<DataFrame> people = spark->sql("SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)");
  const Result<DataFrame> scores = spark->sql("SELECT * FROM VALUES (1, 10) AS scores(person, score)");
  if (!people) return people.error();
  if (!scores) return scores.error();
  const DataFrame joined = people->join(*scores, col("id") == col("person"), "left_outer");
  return Rows(joined.select("id", "name", "score").order_by("id"));
}

Said CreateDataFrame() {
  struct Person {
    int32_t id;
    std::optional<std::string> name;
  };
  const Result<DataFrame> df =
      spark->create_data_frame(std::vector<Person>{{1, "one"}, {2, std::nullopt}}, {"id", "name"});
  if (!df) return df.error();
  return Rows(df->order_by("id"));
}

Said Parquet() {
  const Result<DataFrame> people = spark->sql("SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)");
  if (!people) return people.error();
  const Result<void> written = people->write().mode("overwrite").parquet(folder + "/people");
  if (!written) return written.error();
  return Rows(spark->read().parquet(folder + "/people").order_by("id"));
}

Said Interrupt() {
  std::string ended;
  std::atomic<bool> done = false;
  std::thread query([&] {
    ended = Condition("SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(1000000) b");
    done = true;
  });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!done && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const Result<std::vector<std::string>> told = spark->interrupt_all();
    if (!told) std::fprintf(stderr, "%s\n", told.error().message.c_str());
  }
  if (!done) {
    query.detach();
    return std::string("the query did not end");
  }
  query.join();
  return ended;
}

Said Stop() {
  const Result<void> stopped = spark->stop();
  if (!stopped) return stopped.error();
  return std::string("stopped");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: client_script REMOTE FOLDER\n");
    return 2;
  }
  folder = argv[2];
  Step("session", [&] { return OpenSession(argv[1]); });
  if (!spark) return 1;
  Step("sql", [] {
    return Rows(
        spark->sql("SELECT * FROM VALUES (1, 'one', true, 0.5D), (2, NULL, false, 1.25D) AS t(id, name, flag, ratio) "
                   "ORDER BY id"));
  });
  Step("types", [] {
    return Rows(
        spark->sql("SELECT 12.34BD, DATE'2024-02-29', TIMESTAMP'2024-02-29 12:30:00Z', X'0aff', array(1, 2, 3)"));
  });
  Step("dataframe", Frame);
  Step("aggregate", Aggregate);
  Step("join", Join);
  Step("createDataFrame", CreateDataFrame);
  Step("parquet", Parquet);
  Step("missing table", [] { return Said(Condition("SELECT * FROM nowhere")); });
  Step("division by zero", [] { return Said(Condition("SELECT 1 / 0")); });
  Step("interrupt", Interrupt);
  Step("stop", Stop);
  return 0;
}
