#pragma once

#include <memory>
#include <string>

#include "duckdb/common/types/data_chunk.hpp"
#include "duckdb/main/connection.hpp"
#include "engine/engine.h"

namespace firesteel::engine {

/// A file being written, row by row in order. Throws duckdb::Exception or std::system_error.
class RowFile {
 public:
  virtual ~RowFile() = default;
  virtual void Write(duckdb::DataChunk& rows) = 0;
  /// Completes and closes the file. Call once, last.
  virtual void Finish() = 0;
};

/// Makes the files of one write.
class RowFileFactory {
 public:
  virtual ~RowFileFactory() = default;
  virtual std::unique_ptr<RowFile> Create(const std::string& path) = 0;
};

/// Parquet by the engine's own writer. `connection` must have an open transaction, and lives longer.
std::unique_ptr<RowFileFactory> ParquetFiles(duckdb::Connection& connection, const FileWrite& write,
                                             const duckdb::vector<std::string>& names,
                                             const duckdb::vector<duckdb::LogicalType>& types);
/// Lines of text: the rows have one column of texts or binaries.
std::unique_ptr<RowFileFactory> LineFiles(const FileWrite& write);

}  // namespace firesteel::engine
