/// Measures firesteel::client: bench/client/run.py. usage: client_bench REMOTE CALLS QUERY ROUNDS
/// Prints one JSON object: milliseconds of each `SELECT 1` (collect), seconds of each round of QUERY as Arrow, as typed
/// rows and as a stream, and by how many MiB the process grew while it streamed.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "firesteel/client.h"

namespace {

using namespace firesteel::client;  // NOLINT: a program of a user

// The columns of run.py's query.
struct Item {
  int64_t id;
  int32_t quantity;
  std::optional<double> price;
  std::string name;
  Date day;
  Timestamp at;
  Decimal total;
  bool open;
};

[[noreturn]] void Fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  std::exit(1);
}

double Seconds(const std::function<void()>& run) {
  const auto begun = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

int64_t ResidentMiB() {
  std::ifstream file("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  file >> total >> resident;
  return resident * 4096 >> 20;
}

void PrintList(const char* name, const std::vector<double>& values) {
  std::printf("\"%s\": [", name);
  for (size_t i = 0; i < values.size(); ++i) std::printf("%s%.6f", i == 0 ? "" : ", ", values[i]);
  std::printf("], ");
}

void MustHaveRows(int64_t rows) {
  if (rows == 0) Fail(Error::Invalid("the query has no rows"));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: client_bench REMOTE CALLS QUERY ROUNDS\n");
    return 2;
  }
  Result<Session> session = Session::builder().remote(argv[1]).connect();
  if (!session) Fail(session.error());
  const auto one = [&] {
    Result<DataFrame> df = session->sql("SELECT 1");
    if (!df) Fail(df.error());
    const Result<std::vector<Row>> rows = df->collect();
    if (!rows) Fail(rows.error());
  };
  one();
  std::vector<double> small;
  for (int i = 0; i < std::atoi(argv[2]); ++i) small.push_back(1000 * Seconds(one));
  Result<DataFrame> df = session->sql(argv[3]);
  if (!df) Fail(df.error());
  std::vector<double> arrow;
  std::vector<double> typed;
  std::vector<double> streamed;
  int64_t grown = 0;
  for (int round = 0; round < std::atoi(argv[4]); ++round) {
    const int64_t before = ResidentMiB();
    streamed.push_back(Seconds([&] {
      Result<ResultStream> stream = df->stream();
      if (!stream) Fail(stream.error());
      int64_t rows = 0;
      const Result<void> read = stream->for_each([&](const RecordBatch& batch) {
        rows += batch.rows();
        grown = std::max(grown, ResidentMiB() - before);
        return true;
      });
      if (!read) Fail(read.error());
      MustHaveRows(rows);
    }));
    arrow.push_back(Seconds([&] {
      Result<ArrowTable> table = df->to_arrow();
      if (!table) Fail(table.error());
      MustHaveRows(table->rows());
    }));
    typed.push_back(Seconds([&] {
      Result<std::vector<Item>> items = df->collect_as<Item>();
      if (!items) Fail(items.error());
      MustHaveRows(static_cast<int64_t>(items->size()));
    }));
  }
  std::printf("{");
  PrintList("select_1_ms", small);
  PrintList("arrow_s", arrow);
  PrintList("typed_s", typed);
  PrintList("stream_s", streamed);
  std::printf("\"stream_grown_mib\": %lld}\n", static_cast<long long>(grown));
  return 0;
}
