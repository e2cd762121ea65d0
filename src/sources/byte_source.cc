#include "sources/byte_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sources/decompression.h"
#include "sources/text_decoder.h"

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

/// Turns bytes of a charset into UTF-8.
class Transcoder : public ByteSource {
 public:
  Transcoder(std::unique_ptr<ByteSource> source, std::string_view encoding)
      : source_(std::move(source)), decoder_(encoding) {}

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
  bool Fill() {
    const size_t kept = in_.size();
    in_.resize(kept + kStepBytes);
    const size_t count = source_->Read(in_.data() + kept, kStepBytes);
    in_.resize(kept + count);
    out_.clear();
    out_at_ = 0;
    if (in_.empty()) return false;
    in_.erase(0, decoder_.Decode(in_, count == 0, out_));
    return true;
  }

  static constexpr size_t kStepBytes = 64 << 10;
  std::unique_ptr<ByteSource> source_;
  TextDecoder decoder_;
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

std::unique_ptr<ByteSource> OpenFile(const std::string& path, int64_t begin) {
  std::unique_ptr<ByteSource> source = std::make_unique<PlainFile>(path, begin);
  const Compression compression = CompressionOf(path);
  if (compression != Compression::kNone) source = Decompress(std::move(source), compression, path);
  return source;
}

std::unique_ptr<ByteSource> OpenText(const std::string& path, std::string_view encoding) {
  return std::make_unique<Transcoder>(OpenFile(path), encoding);
}

}  // namespace firesteel::sources
