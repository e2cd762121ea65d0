#include "engine/parquet_schema.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "sources/parquet/footer.h"
#include "sources/parquet/schema.h"

namespace firesteel::engine {
namespace {

constexpr size_t kMaxEntries = 1024;

}  // namespace

Schema ParquetSchemas::Get(const std::vector<std::string>& files) {
  if (files.empty()) throw QueryError("UNABLE_TO_INFER_SCHEMA", {{"format", "Parquet"}});
  const std::string& path = files.front();
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  const int64_t modified =
      std::chrono::nanoseconds(std::filesystem::last_write_time(path, error).time_since_epoch()).count();
  {
    std::lock_guard lock(mutex_);
    const auto found = by_path_.find(path);
    if (found != by_path_.end() && found->second->size == size && found->second->modified == modified) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->schema;
    }
  }
  Schema schema = sources::parquet::SparkSchema(sources::parquet::ReadFooter(path));
  std::lock_guard lock(mutex_);
  if (const auto found = by_path_.find(path); found != by_path_.end()) {
    entries_.erase(found->second);
    by_path_.erase(found);
  }
  entries_.push_front(Entry{path, size, modified, schema});
  by_path_[path] = entries_.begin();
  if (entries_.size() > kMaxEntries) {
    by_path_.erase(entries_.back().path);
    entries_.pop_back();
  }
  return schema;
}

}  // namespace firesteel::engine
