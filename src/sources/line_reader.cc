#include "sources/line_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace firesteel::sources {
namespace {

constexpr size_t kFirstBufferBytes = 256 << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

[[noreturn]] void RefuseLength() {
  ThrowUnsupported("a record of a text file with more than " + std::to_string(kMostRecordBytes >> 20) + " MiB");
}

}  // namespace

LineReader::LineReader(const std::string& path, std::optional<std::string> separator, const FilePart& part)
    : source_(OpenFile(path, part.begin)),
      separator_(std::move(separator)),
      end_(part.end),
      offset_(part.begin),
      buffer_(kFirstBufferBytes) {
  if (part.begin > 0) {
    // The line that began before belongs to the part before.
    std::string_view line;
    Next(line);
    return;
  }
  while (size_ < kByteOrderMark.size() && Fill()) {
  }
  if (std::string_view(buffer_.data(), size_).starts_with(kByteOrderMark)) at_ = offset_ = 3;
}

/// Reads on; false at the end of the file. What was read before the line moves away.
bool LineReader::Fill() {
  if (at_end_) return false;
  if (at_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + at_, size_ - at_);
    size_ -= at_;
    at_ = 0;
  }
  if (size_ == buffer_.size()) {
    if (size_ >= kMostRecordBytes) RefuseLength();
    buffer_.resize(std::min(buffer_.size() * 2, kMostRecordBytes));
  }
  const size_t count = source_->Read(buffer_.data() + size_, buffer_.size() - size_);
  size_ += count;
  at_end_ = count == 0;
  return count > 0;
}

/// Length of the line at at_ and of its separator, when the buffer holds them.
bool LineReader::FindEnd(size_t& length, size_t& skipped) {
  const char* line = buffer_.data() + at_;
  const size_t have = size_ - at_;
  if (separator_) {
    const size_t found = std::string_view(line, have).find(*separator_, scanned_);
    if (found == std::string_view::npos) {
      scanned_ = have < separator_->size() ? 0 : have - separator_->size() + 1;
      return false;
    }
    length = found;
    skipped = separator_->size();
    return true;
  }
  const void* newline = std::memchr(line + scanned_, '\n', have - scanned_);
  const size_t until = newline ? static_cast<size_t>(static_cast<const char*>(newline) - line) : have;
  const void* found = std::memchr(line + scanned_, '\r', until - scanned_);
  if (found) {
    length = static_cast<size_t>(static_cast<const char*>(found) - line);
    if (length + 1 == have && !at_end_) {
      scanned_ = length;  // whether \n follows is not known yet
      return false;
    }
    skipped = length + 1 < have && line[length + 1] == '\n' ? 2 : 1;
    return true;
  }
  scanned_ = until;
  if (!newline) return false;
  length = until;
  skipped = 1;
  return true;
}

bool LineReader::Next(std::string_view& line) {
  if (offset_ > end_) return false;
  size_t length = 0;
  size_t skipped = 0;
  scanned_ = 0;
  while (!FindEnd(length, skipped)) {
    if (Fill()) continue;
    if (FindEnd(length, skipped)) break;
    length = size_ - at_;
    skipped = 0;
    if (length == 0) return false;
    break;
  }
  line = std::string_view(buffer_.data() + at_, length);
  at_ += length + skipped;
  offset_ += static_cast<int64_t>(length + skipped);
  return true;
}

std::string ReadWhole(const std::string& path) {
  const std::unique_ptr<ByteSource> source = OpenFile(path);
  std::string text;
  for (size_t step = kFirstBufferBytes;; step = std::min<size_t>(step * 2, 64 << 20)) {
    const size_t before = text.size();
    text.resize(before + step);
    const size_t count = source->Read(text.data() + before, step);
    text.resize(before + count);
    if (text.size() > kMostRecordBytes) RefuseLength();
    if (count == 0) break;
  }
  return text;
}

}  // namespace firesteel::sources
