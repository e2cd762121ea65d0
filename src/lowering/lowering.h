#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "bound/relation.h"
#include "bound/session_settings.h"
#include "functions/kernel.h"

/// Bound plan → one SELECT for the engine, with the kernel calls that it mentions. A pure function.
namespace firesteel::lowering {

/// A table of client data that the query reads: engine makes it visible under `table_name`.
struct LocalTable {
  std::string table_name;  ///< unique in the query
  SharedBytes arrow_ipc;
  std::vector<DataType> types;
  SharedBytes more_columns = {};  ///< see bound::LocalData
};

/// A scan of files of a text format: the engine reads it as fs_scan(i), i its place in LoweredQuery::scans. Columns are
/// v0, v1, …: data columns in their type, partition columns as texts.
struct TextScan {
  struct Column {
    bool is_partition = false;
    size_t index = 0;  ///< into `schema`, or of the partition column
  };
  std::string format;
  std::vector<std::pair<std::string, std::string>> options;
  Schema schema;  ///< data columns as the files have them
  std::vector<std::string> files;
  std::vector<int64_t> file_sizes;
  std::vector<Column> columns;
  std::vector<std::vector<std::optional<std::string>>> partition_values;  ///< per file
  std::string time_zone;
  int64_t now_micros = 0;
};

struct LoweredQuery {
  std::string sql;  ///< columns c0 … cn-1 in output order
  Schema schema;    ///< Spark's view of those columns
  /// `fs(i, …)`/`fs_volatile(i, …)`/aggregate `fs_agg(i, …)` in the text mean kernels[i].
  std::vector<std::shared_ptr<const functions::KernelCall>> kernels;
  std::vector<LocalTable> local_tables;
  std::vector<TextScan> scans;
  std::vector<std::string> files;  ///< every file that the query reads
};

LoweredQuery Lower(const bound::RelationPtr& relation, const bound::SessionSettings& settings);

}  // namespace firesteel::lowering
