#include "storage/output_file.h"

#include <bzlib.h>
#include <fcntl.h>
#include <lz4.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "storage/file_system.h"

namespace firesteel::storage {
namespace {

constexpr size_t kBufferBytes = 256 << 10;

/// The bytes as they are.
class PlainFile final : public OutputFile {
 public:
  explicit PlainFile(const std::string& path)
      : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
    if (!file_.is_open()) Throw();
    buffer_.reserve(kBufferBytes);
  }

  void Write(std::string_view bytes) override {
    if (buffer_.size() + bytes.size() > kBufferBytes) Flush();
    if (bytes.size() > kBufferBytes) {
      WriteAll(file_, bytes, path_);
    } else {
      buffer_ += bytes;
    }
  }

  void Finish() override {
    Flush();
    file_ = Descriptor();
  }

 private:
  [[noreturn]] void Throw() const { throw std::system_error(errno, std::generic_category(), "writing " + path_); }

  void Flush() {
    WriteAll(file_, buffer_, path_);
    buffer_.clear();
  }

  const std::string path_;
  Descriptor file_;
  std::string buffer_;
};

/// gzip, and zlib's own form (Hadoop's "deflate").
class ZlibFile final : public OutputFile {
 public:
  ZlibFile(const std::string& path, bool gzip) : file_(path) {
    constexpr int kWindowBits = 15;
    constexpr int kGzipHeader = 16;
    constexpr int kMemoryLevel = 8;
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBits + (gzip ? kGzipHeader : 0), kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw InternalError("zlib does not start");
    }
  }
  ~ZlibFile() override { deflateEnd(&stream_); }

  void Write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const size_t count = std::min<size_t>(bytes.size(), 1 << 30);
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      stream_.avail_in = static_cast<uInt>(count);
      while (stream_.avail_in > 0) Step(Z_NO_FLUSH);
      bytes.remove_prefix(count);
    }
  }

  void Finish() override {
    stream_.avail_in = 0;
    while (Step(Z_FINISH) != Z_STREAM_END) {
    }
    file_.Finish();
  }

 private:
  int Step(int flush) {
    stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
    stream_.avail_out = static_cast<uInt>(out_.size());
    const int status = deflate(&stream_, flush);
    if (status == Z_STREAM_ERROR) throw InternalError("zlib does not compress");
    file_.Write(std::string_view(out_.data(), out_.size() - stream_.avail_out));
    return status;
  }

  PlainFile file_;
  z_stream stream_{};
  std::array<char, 64 << 10> out_{};
};

class Bzip2File final : public OutputFile {
 public:
  explicit Bzip2File(const std::string& path) : file_(path) {
    constexpr int kLargestBlock = 9;
    if (BZ2_bzCompressInit(&stream_, kLargestBlock, 0, 0) != BZ_OK) throw InternalError("bzip2 does not start");
  }
  ~Bzip2File() override { BZ2_bzCompressEnd(&stream_); }

  void Write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const size_t count = std::min<size_t>(bytes.size(), 1 << 30);
      stream_.next_in = const_cast<char*>(bytes.data());
      stream_.avail_in = static_cast<unsigned>(count);
      while (stream_.avail_in > 0) Step(BZ_RUN);
      bytes.remove_prefix(count);
    }
  }

  void Finish() override {
    stream_.avail_in = 0;
    while (Step(BZ_FINISH) != BZ_STREAM_END) {
    }
    file_.Finish();
  }

 private:
  int Step(int action) {
    stream_.next_out = out_.data();
    stream_.avail_out = static_cast<unsigned>(out_.size());
    const int status = BZ2_bzCompress(&stream_, action);
    if (status < 0) throw InternalError("bzip2 does not compress");
    file_.Write(std::string_view(out_.data(), out_.size() - stream_.avail_out));
    return status;
  }

  PlainFile file_;
  bz_stream stream_{};
  std::array<char, 64 << 10> out_{};
};

/// Hadoop's Lz4Codec (BlockCompressorStream): blocks of [length of the plain bytes][length of the compressed][bytes],
/// lengths as 4 bytes, high byte first.
class Lz4File final : public OutputFile {
 public:
  explicit Lz4File(const std::string& path) : file_(path), compressed_(LZ4_compressBound(kBlock)) {
    block_.reserve(kBlock);
  }

  void Write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const size_t count = std::min(bytes.size(), kBlock - block_.size());
      block_ += bytes.substr(0, count);
      bytes.remove_prefix(count);
      if (block_.size() == kBlock) Flush();
    }
  }

  void Finish() override {
    if (block_.empty()) {
      if (!has_blocks_) WriteLength(0);
    } else {
      Flush();
    }
    file_.Finish();
  }

 private:
  static constexpr size_t kBlock = 256 << 10;

  void WriteLength(size_t length) {
    char bytes[4];
    for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(length >> (24 - 8 * i));
    file_.Write(std::string_view(bytes, sizeof bytes));
  }

  void Flush() {
    const int size = LZ4_compress_default(block_.data(), compressed_.data(), static_cast<int>(block_.size()),
                                          static_cast<int>(compressed_.size()));
    if (size <= 0) throw InternalError("lz4 does not compress");
    WriteLength(block_.size());
    WriteLength(static_cast<size_t>(size));
    file_.Write(std::string_view(compressed_.data(), static_cast<size_t>(size)));
    block_.clear();
    has_blocks_ = true;
  }

  PlainFile file_;
  std::string block_;
  std::vector<char> compressed_;
  bool has_blocks_ = false;
};

}  // namespace

std::unique_ptr<OutputFile> OutputFile::Create(const std::string& path, Codec codec) {
  switch (codec) {
    case Codec::kNone:
      return std::make_unique<PlainFile>(path);
    case Codec::kGzip:
      return std::make_unique<ZlibFile>(path, true);
    case Codec::kDeflate:
      return std::make_unique<ZlibFile>(path, false);
    case Codec::kBzip2:
      return std::make_unique<Bzip2File>(path);
    case Codec::kLz4:
      return std::make_unique<Lz4File>(path);
  }
  throw InternalError("a codec without a file");
}

}  // namespace firesteel::storage
