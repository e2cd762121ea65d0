#pragma once

#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "engine/operation.h"

namespace firesteel::engine {

/// FAILED_READ_FILE.… for a Parquet file that could not be read while a query ran: it does not exist, or what else
/// `why` tells.
QueryError FileError(const std::string& path, const std::string& why);

/// The error of the first Parquet file that cannot be read from its beginning to its end, looked for for some seconds
/// at most; null when all that were looked at are well. The engine's errors name no file, and one and the same kind of
/// error may be a damaged file's or a bug's: only reading the files again tells.
std::exception_ptr FindDamagedFile(const std::vector<std::string>& files, const Operation& operation);
/// The error of the first file that was written to, replaced or removed after the operation began: what was read of it
/// may have been of two versions. Null when there is none. `why` is what the engine said.
std::exception_ptr FindChangedFile(const std::vector<std::string>& files, const Operation& operation,
                                   const std::string& why);
/// The error of the first file whose columns are of other types than those of the first file of its folder, which
/// speaks for all. Null when there is none.
std::exception_ptr FindOtherTypes(const std::vector<std::string>& files);

/// Which Parquet files can be read from beginning to end; remembered while they do not change. Thread-safe.
class ReadableFiles {
 public:
  bool Has(const std::string& path);

 private:
  struct Version {
    int64_t size = 0;
    int64_t modified = 0;  // nanoseconds
    bool is_readable = false;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, Version> versions_;
};

}  // namespace firesteel::engine
