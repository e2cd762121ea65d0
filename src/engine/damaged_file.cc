#include "engine/damaged_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "duckdb/common/error_data.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/main/query_result.hpp"
#include "engine/instance.h"
#include "engine/quote.h"
#include "sources/parquet/footer.h"
#include "sources/parquet/schema.h"
#include "types/type_text.h"

namespace firesteel::engine {
namespace {

using Clock = std::chrono::steady_clock;

/// How long a failed query may go on looking for the file that it failed for.
constexpr std::chrono::seconds kLongestSearch{10};
constexpr int64_t kMemoryBytes = 1 << 30;

bool IsUrl(const std::string& path) { return path.find("://") != std::string::npos; }

QueryError ReadError(const std::string& path, const std::string& why) {
  const std::string url = IsUrl(path) ? path : "file://" + path;
  return QueryError("FAILED_READ_FILE.NO_HINT", {{"path", url}}, nullptr, ErrorClass::kSpark).CausedByIo(why);
}

/// What is wrong with a file as far as its footer tells; nothing when it looks well.
std::optional<QueryError> FooterError(const std::string& path) {
  if (IsUrl(path)) return std::nullopt;
  try {
    sources::parquet::ReadFooter(path);
  } catch (const QueryError& error) {
    if (error.condition() == "FAILED_READ_FILE.FILE_NOT_EXIST") return error;
    // Only who learns a schema is told that it is the footer.
    return ReadError(path, error.cause() ? error.cause()->message : std::string());
  }
  return std::nullopt;
}

/// A database of its own: a damaged file may make the engine give its database up.
class FileReader {
 public:
  FileReader()
      : instance_(std::make_shared<Instance>(EngineOptions{.memory_limit_bytes = kMemoryBytes, .threads = 1})),
        connection_(instance_->Connect()) {}

  /// The engine's words about a file that it cannot read; nothing when it can, or when the time is up.
  std::optional<std::string> Failure(const std::string& path, const CancelToken* cancel, Clock::time_point until) {
    try {
      auto rows =
          connection_->SendQuery("SELECT * FROM read_parquet(" + Quote(path, '\'') + ", hive_partitioning = false)");
      while (!rows->HasError() && !(cancel && cancel->cancelled()) && Clock::now() < until) {
        const auto chunk = rows->Fetch();
        if (!chunk || chunk->size() == 0) break;
      }
      if (!rows->HasError()) return std::nullopt;
      return Words(rows->GetErrorObject());
    } catch (const std::exception& error) {
      return Words(duckdb::ErrorData(error));
    }
  }

 private:
  static std::optional<std::string> Words(const duckdb::ErrorData& error) {
    // Too large for this database says nothing about the file.
    if (error.Type() == duckdb::ExceptionType::OUT_OF_MEMORY) return std::nullopt;
    return error.RawMessage().substr(0, error.RawMessage().find("\n\n"));
  }

  const std::shared_ptr<Instance> instance_;
  Instance::Lease connection_;
};

}  // namespace

QueryError FileError(const std::string& path, const std::string& why) {
  if (std::optional<QueryError> error = FooterError(path)) return *error;
  return ReadError(path, why);
}

std::exception_ptr FindDamagedFile(const std::vector<std::string>& files, const Operation& operation) {
  const Clock::time_point until = Clock::now() + kLongestSearch;
  for (const std::string& path : files) {
    if (const std::optional<QueryError> error = FooterError(path)) return std::make_exception_ptr(*error);
  }
  std::optional<FileReader> reader;
  for (const std::string& path : files) {
    if (operation.cancelled() || Clock::now() >= until) break;
    if (!reader) reader.emplace();
    if (const std::optional<std::string> failure = reader->Failure(path, operation.cancel(), until)) {
      return std::make_exception_ptr(FileError(path, *failure));
    }
  }
  return nullptr;
}

std::exception_ptr FindChangedFile(const std::vector<std::string>& files, const Operation& operation,
                                   const std::string& why) {
  using std::chrono::nanoseconds;
  const auto at = [](const timespec& time) { return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; };
  const int64_t began = nanoseconds(operation.started().time_since_epoch()).count();
  for (const std::string& path : files) {
    struct stat info {};
    // The time of change is also that of a rename.
    if (::stat(path.c_str(), &info) == 0 && std::max(at(info.st_mtim), at(info.st_ctim)) >= began) {
      return std::make_exception_ptr(FileError(path, path + " was changed while it was read: " + why));
    }
  }
  return nullptr;
}

std::exception_ptr FindOtherTypes(const std::vector<std::string>& files) {
  std::unordered_map<std::string, Schema> first_by_folder;
  for (const std::string& path : files) {
    if (FooterError(path)) continue;
    const Schema schema = sources::parquet::SparkSchema(sources::parquet::ReadFooter(path));
    const auto [first, is_first] = first_by_folder.try_emplace(path.substr(0, path.rfind('/')), schema);
    for (const StructField& column : first->second) {
      const auto other =
          std::find_if(schema.begin(), schema.end(), [&](const auto& f) { return f.name == column.name; });
      if (other == schema.end() || SameTypeIgnoringNullability(other->type, column.type)) continue;
      return std::make_exception_ptr(QueryError("FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
                                                {{"path", "file://" + path},
                                                 {"column", "[" + column.name + "]"},
                                                 {"expectedType", CatalogString(column.type)},
                                                 {"actualType", sources::parquet::PhysicalName(other->type)}},
                                                nullptr, ErrorClass::kSpark));
    }
  }
  return nullptr;
}

bool ReadableFiles::Has(const std::string& path) {
  constexpr size_t kMost = 100'000;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return true;  // gone is not damaged
  Version version{info.st_size, int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec, false};
  {
    std::lock_guard lock(mutex_);
    const auto known = versions_.find(path);
    if (known != versions_.end() && known->second.size == version.size && known->second.modified == version.modified) {
      return known->second.is_readable;
    }
  }
  version.is_readable = !FooterError(path) && !FileReader().Failure(path, nullptr, Clock::time_point::max());
  std::lock_guard lock(mutex_);
  if (versions_.size() >= kMost) versions_.clear();
  versions_[path] = version;
  return version.is_readable;
}

}  // namespace firesteel::engine
