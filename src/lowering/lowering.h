#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bound/relation.h"
#include "bound/session_settings.h"
#include "functions/kernel.h"

/// Bound plan → one SELECT for the engine, with the kernel calls that it mentions. A pure function.
namespace firesteel::lowering {

/// A table of client data that the query reads: engine makes it visible under `table_name`.
struct LocalTable {
  std::string table_name;  ///< unique in the query
  std::shared_ptr<const std::string> arrow_ipc;
  std::vector<DataType> types;
};

struct LoweredQuery {
  std::string sql;  ///< columns c0 … cn-1 in output order
  Schema schema;    ///< Spark's view of those columns
  /// `fs(i, …)`/`fs_volatile(i, …)`/aggregate `fs_agg(i, …)` in the text mean kernels[i].
  std::vector<std::shared_ptr<const functions::KernelCall>> kernels;
  std::vector<LocalTable> local_tables;
  std::vector<std::string> files;  ///< every file that the query reads
};

LoweredQuery Lower(const bound::RelationPtr& relation, const bound::SessionSettings& settings);

}  // namespace firesteel::lowering
