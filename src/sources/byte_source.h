#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace firesteel::sources {

/// Bytes of a file from front to back. Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Reads up to `room` bytes; 0 at the end. Throws FAILED_READ_FILE.….
  virtual size_t Read(char* into, size_t room) = 0;
};

/// Opens a local file at byte `begin` (of the file as it lies), decompressed by its name's ending (.gz, .bz2, .zst,
/// .lz4, .deflate). Throws FAILED_READ_FILE.FILE_NOT_EXIST, …NO_HINT.
std::unique_ptr<ByteSource> OpenFile(const std::string& path, int64_t begin = 0);

/// The same from the begin, brought into valid UTF-8 from `encoding` (see TextDecoder).
std::unique_ptr<ByteSource> OpenText(const std::string& path, std::string_view encoding);

/// Whether reading may begin in the middle of the file: it is not compressed and its encoding needs no start.
bool IsSplittable(const std::string& path, std::string_view encoding);

/// FAILED_READ_FILE.NO_HINT (or FILE_NOT_EXIST when the file is gone) of a file.
QueryError ReadFailure(const std::string& path, const std::string& why);

}  // namespace firesteel::sources
