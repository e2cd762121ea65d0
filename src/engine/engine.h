#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel_token.h"
#include "functions/kernel.h"
#include "types/data_type.h"

/// The embedded engine (DuckDB). Nothing outside src/engine sees a DuckDB type.
namespace firesteel::engine {

struct EngineOptions {
  int64_t memory_limit_bytes = 0;  ///< 0: 70 % of the process's limit
  std::string temp_directory;      ///< spill files; empty: no spilling
  int32_t threads = 0;             ///< 0: cores
};

/// Client data to be visible to a query as a table.
struct InputTable {
  std::string table_name;
  std::shared_ptr<const std::string> arrow_ipc;
  std::vector<DataType> types;
};

struct QuerySpec {
  std::string sql;
  Schema schema;  ///< Spark's types of the result columns, position by position
  std::vector<std::shared_ptr<const functions::KernelCall>> kernels;
  std::vector<InputTable> tables;
  std::vector<std::string> files;     ///< what the query reads; for the texts of errors
  std::string time_zone;              ///< shown in the Arrow schema of timestamps
  int64_t max_batch_bytes = 4 << 20;  ///< Arrow body size to aim at
  int64_t max_batch_rows = 1 << 20;   ///< 0: unlimited
};

/// One Arrow IPC stream (schema, one record batch, end): slices of bytes kept alive by their owners.
struct ArrowBatch {
  int64_t rows = 0;
  std::vector<std::shared_ptr<const std::string>> slices;
};

class Engine {
 public:
  static std::unique_ptr<Engine> Open(const EngineOptions& options);
  virtual ~Engine() = default;

  /// Runs a query to its end; `sink` gets each batch in order (at least one, which may have no rows) and may block.
  /// It returns false to stop early. Thread-safe. Throws QueryError; a set `cancel` gives OPERATION_CANCELED.
  virtual void Run(const QuerySpec& query, const CancelTokenPtr& cancel,
                   const std::function<bool(ArrowBatch)>& sink) = 0;

  /// Schema of Parquet files as Spark reads them (types, Spark's own metadata, no nullability). Cached by path, size
  /// and modification time. Throws UNABLE_TO_INFER_SCHEMA, FAILED_READ_FILE.….
  virtual Schema ParquetSchema(const std::vector<std::string>& files) = 0;
  /// The engine's plan of a query, as text.
  virtual std::string Explain(const QuerySpec& query) = 0;
};

}  // namespace firesteel::engine
