#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "types/data_type.h"

namespace firesteel::engine {

/// Spark's schemas of Parquet files, kept for files that have not changed since. Thread-safe.
class ParquetSchemas {
 public:
  /// The schema of the first file, which speaks for all (Spark's mergeSchema is off). Throws UNABLE_TO_INFER_SCHEMA for
  /// no files and what sources/parquet throws.
  Schema Get(const std::vector<std::string>& files);

 private:
  struct Entry {
    std::string path;
    uint64_t size = 0;
    int64_t modified = 0;  // nanoseconds since the clock's epoch
    Schema schema;
  };
  std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_path_;
};

}  // namespace firesteel::engine
