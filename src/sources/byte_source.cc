#include "sources/byte_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/utf8.h"
#include "sources/decompression.h"

namespace firesteel::sources {
namespace {

class PlainFile : public ByteSource {
 public:
  PlainFile(std::string path, int64_t begin) : path_(std::move(path)), at_(begin) {
    file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ < 0) throw ReadFailure(path_, std::strerror(errno));
  }
  ~PlainFile() override { ::close(file_); }
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;

  size_t Read(char* into, size_t room) override {
    while (true) {
      const ssize_t count = ::pread(file_, into, room, at_);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw ReadFailure(path_, std::strerror(errno));
      at_ += count;
      return static_cast<size_t>(count);
    }
  }

 private:
  const std::string path_;
  int file_ = -1;
  off_t at_;
};

/// Turns another encoding into UTF-8.
class Transcoder : public ByteSource {
 public:
  Transcoder(std::unique_ptr<ByteSource> source, std::string_view encoding)
      : source_(std::move(source)),
        unit_(encoding.starts_with("utf-16") ? 2
              : encoding == "utf-32"         ? 4
                                             : 1),
        is_ascii_(encoding == "us-ascii"),
        little_(encoding == "utf-16le"),
        may_have_mark_(encoding == "utf-16" || encoding == "utf-32") {}

  size_t Read(char* into, size_t room) override {
    while (out_at_ == out_.size()) {
      if (!Fill()) return 0;
    }
    const size_t count = std::min(room, out_.size() - out_at_);
    std::memcpy(into, out_.data() + out_at_, count);
    out_at_ += count;
    return count;
  }

 private:
  uint32_t Unit(size_t at) const {
    uint32_t value = 0;
    for (size_t i = 0; i < unit_; ++i) {
      const size_t from = little_ ? at + unit_ - 1 - i : at + i;
      value = value << 8 | static_cast<unsigned char>(in_[from]);
    }
    return value;
  }

  bool Fill() {
    const size_t kept = in_.size();
    in_.resize(kept + (64 << 10));
    const size_t count = source_->Read(in_.data() + kept, 64 << 10);
    in_.resize(kept + count);
    out_.clear();
    out_at_ = 0;
    if (count == 0) {
      if (in_.empty()) return false;
      in_.clear();
      AppendUtf8(out_, 0xFFFD);
      return true;
    }
    size_t at = 0;
    if (may_have_mark_ && in_.size() >= unit_) {
      const uint32_t first = Unit(0);
      if (first == 0xFEFF) at = unit_;
      if (first == (unit_ == 2 ? 0xFFFEU : 0xFFFE0000U)) {
        little_ = true;
        at = unit_;
      }
      may_have_mark_ = false;
    }
    for (; at + unit_ <= in_.size(); at += unit_) {
      uint32_t value = Unit(at);
      if (unit_ == 2 && value >= 0xD800 && value < 0xDC00) {
        if (at + 4 > in_.size()) break;
        const uint32_t low = Unit(at + 2);
        if (low >= 0xDC00 && low < 0xE000) {
          value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
          at += 2;
        }
      }
      if (value == 0) {
        out_ += '\0';
      } else {
        AppendUtf8(out_, is_ascii_ && value > 0x7F ? 0xFFFD : value);
      }
    }
    in_.erase(0, at);
    return true;
  }

  std::unique_ptr<ByteSource> source_;
  const size_t unit_;
  const bool is_ascii_;
  bool little_;
  bool may_have_mark_;
  std::string in_;
  std::string out_;
  size_t out_at_ = 0;
};

}  // namespace

QueryError ReadFailure(const std::string& path, const std::string& why) {
  const bool is_gone = ::access(path.c_str(), F_OK) != 0;
  QueryError error(is_gone ? "FAILED_READ_FILE.FILE_NOT_EXIST" : "FAILED_READ_FILE.NO_HINT",
                   {{"path", "file://" + path}}, nullptr, ErrorClass::kSpark);
  return error.CausedByIo(path + ": " + why);
}

bool IsSplittable(const std::string& path, std::string_view encoding) {
  return encoding == "utf-8" && CompressionOf(path) == Compression::kNone;
}

std::unique_ptr<ByteSource> OpenFile(const std::string& path, std::string_view encoding, int64_t begin) {
  std::unique_ptr<ByteSource> source = std::make_unique<PlainFile>(path, begin);
  const Compression compression = CompressionOf(path);
  if (compression != Compression::kNone) source = Decompress(std::move(source), compression, path);
  if (encoding != "utf-8") source = std::make_unique<Transcoder>(std::move(source), encoding);
  return source;
}

}  // namespace firesteel::sources
