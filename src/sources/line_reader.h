#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/byte_source.h"

namespace firesteel::sources {

/// No record may be longer: it has to be in memory as a whole.
constexpr size_t kMostRecordBytes = size_t{512} << 20;

/// Part of a file: the lines that begin in (begin, end], or in [0, end] for the first part (Hadoop's rule for splits).
struct FilePart {
  size_t file = 0;
  int64_t begin = 0;
  int64_t end = INT64_MAX;
};

/// Lines of a part of a file. Memory: one line, at least 256 KiB. Not thread-safe.
class LineReader {
 public:
  /// `separator`: its bytes in the file; nothing for \n, \r\n and \r. Like Hadoop's reader, on which Spark stands, this
  /// one knows bytes, not characters, whatever the charset is, and drops UTF-8's byte order mark at the file's begin.
  LineReader(const std::string& path, std::optional<std::string> separator, const FilePart& part);

  /// The next line's bytes without its separator, valid until the next call; false at the end. Throws an
  /// unsupported-feature error for a line beyond kMostRecordBytes.
  bool Next(std::string_view& line);

 private:
  bool FindEnd(size_t& length, size_t& skipped);
  bool Fill();

  std::unique_ptr<ByteSource> source_;
  const std::optional<std::string> separator_;
  const int64_t end_;
  int64_t offset_;  // of buffer_[at_] in the file
  std::vector<char> buffer_;
  size_t at_ = 0;       // the line begins here
  size_t scanned_ = 0;  // bytes of the line known to hold no separator
  size_t size_ = 0;
  bool at_end_ = false;  // of the file
};

/// The bytes of a file, at most kMostRecordBytes.
std::string ReadWhole(const std::string& path);

}  // namespace firesteel::sources
