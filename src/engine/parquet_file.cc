#include "engine/parquet_file.h"

#include <duckdb.h>

#include <utility>

namespace firesteel::engine {
namespace {

/// An engine in memory with one connection.
struct Session {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  ~Session() {
    if (connection != nullptr) duckdb_disconnect(&connection);
    if (database != nullptr) duckdb_close(&database);
  }
};

struct Answer {
  duckdb_result result = {};
  ~Answer() { duckdb_destroy_result(&result); }
};

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace

Result<int64_t> WriteStreamToParquet(ArrowArrayStream& stream, const std::string& path) {
  const auto of_stream = [&](const std::string& otherwise) {
    const char* text = stream.release != nullptr ? stream.get_last_error(&stream) : nullptr;
    return Status::Error(text != nullptr && *text != '\0' ? text : otherwise);
  };
  // The engine does not look whether the schema could be read.
  arrow::Owned<ArrowSchema> schema;
  if (stream.get_schema(&stream, schema.get()) != 0) return of_stream("the result cannot be read");
  Session session;
  if (duckdb_open(nullptr, &session.database) != DuckDBSuccess ||
      duckdb_connect(session.database, &session.connection) != DuckDBSuccess) {
    return Status::Error("the Parquet file cannot be written: the engine does not start");
  }
  if (duckdb_arrow_scan(session.connection, "answer", reinterpret_cast<duckdb_arrow_stream>(&stream)) !=
      DuckDBSuccess) {
    return of_stream("the result's columns have no form in Parquet");
  }
  Answer answer;
  const std::string copy = "COPY answer TO " + Quoted(path) + " (FORMAT parquet, COMPRESSION zstd)";
  if (duckdb_query(session.connection, copy.c_str(), &answer.result) != DuckDBSuccess) {
    // The stream's own error says more than what the engine makes of it.
    const char* reason = duckdb_result_error(&answer.result);
    return of_stream(std::string("the Parquet file cannot be written: ") + (reason != nullptr ? reason : path));
  }
  return static_cast<int64_t>(duckdb_rows_changed(&answer.result));
}

}  // namespace firesteel::engine
