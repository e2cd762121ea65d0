#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/local_path.h"
#include "types/data_type.h"

/// Which files a path means, and what their folders' names say: Spark's InMemoryFileIndex and PartitioningUtils.
namespace firesteel::sources {

/// One data file.
struct FileEntry {
  std::string path;  ///< absolute
  int64_t size = 0;  ///< bytes
  int64_t modified_micros = 0;
  /// Value of each partition column as the folder's name spells it, unescaped; nothing for the null partition.
  std::vector<std::optional<std::string>> partition_values;
};

struct FileListing {
  std::vector<FileEntry> files;       ///< by path within each root
  Schema partition_columns;           ///< with inferred types
  std::vector<std::string> left_out;  ///< files that a filter on names or times leaves out
};

struct ListOptions {
  bool recursive = false;        ///< recursiveFileLookup: every file below, no partition columns
  std::string path_glob_filter;  ///< on file names; empty: all
  std::string base_path;         ///< where partition folders begin; empty: at each given path
  bool infer_types = true;       ///< spark.sql.sources.partitionColumnTypeInference.enabled
  bool case_sensitive = false;
  std::string time_zone = "UTC";  ///< of timestamps in folder names, and of the two below
  std::string modified_before;    ///< a time: files changed then or later are left out; empty: none
  std::string modified_after;
};

/// Lists local files: paths may be absolute, relative to the process's folder, `file:` URLs, or globs (* ? [] {}).
/// Names that begin with _ or . are not data. Throws PATH_NOT_FOUND, CONFLICTING_DIRECTORY_STRUCTURES,
/// CONFLICTING_PARTITION_COLUMN_NAMES, _LEGACY_ERROR_TEMP_1294 (no time), and an unsupported-feature error for other
/// file systems.
FileListing ListFiles(const std::vector<std::string>& paths, const ListOptions& options);

}  // namespace firesteel::sources
