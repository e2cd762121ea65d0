#include "sources/decompression.h"

#include <bzlib.h>
#include <lz4.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace firesteel::sources {
namespace {

constexpr size_t kInputBytes = 256 << 10;

/// What the decompressors share: the compressed bytes read so far.
class Decompressor : public ByteSource {
 public:
  Decompressor(std::unique_ptr<ByteSource> source, std::string path)
      : source_(std::move(source)), path_(std::move(path)), input_(kInputBytes) {}

 protected:
  /// Reads on when all input was used; false at the end of the file.
  bool Fill() {
    if (at_ < size_) return true;
    at_ = 0;
    size_ = source_->Read(input_.data(), input_.size());
    return size_ > 0;
  }
  [[noreturn]] void Refuse(const char* why) const { throw ReadFailure(path_, why); }
  [[noreturn]] void RefuseCut() const { Refuse("the compressed bytes end too early"); }

  std::unique_ptr<ByteSource> source_;
  const std::string path_;
  std::vector<char> input_;
  size_t at_ = 0;
  size_t size_ = 0;
};

class ZlibSource : public Decompressor {
 public:
  ZlibSource(std::unique_ptr<ByteSource> source, std::string path, bool is_gzip)
      : Decompressor(std::move(source), std::move(path)) {
    if (::inflateInit2(&stream_, is_gzip ? 15 + 16 : 15) != Z_OK) Refuse("zlib does not start");
  }
  ~ZlibSource() override { ::inflateEnd(&stream_); }

  size_t Read(char* into, size_t room) override {
    size_t written = 0;
    while (written == 0) {
      if (!Fill()) {
        if (!at_start_) RefuseCut();
        return 0;
      }
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data() + at_);
      stream_.avail_in = static_cast<uInt>(size_ - at_);
      stream_.next_out = reinterpret_cast<Bytef*>(into);
      stream_.avail_out = static_cast<uInt>(std::min<size_t>(room, 1 << 30));
      const uInt room_before = stream_.avail_out;
      const int status = ::inflate(&stream_, Z_NO_FLUSH);
      at_ = size_ - stream_.avail_in;
      written = room_before - stream_.avail_out;
      at_start_ = false;
      if (status == Z_STREAM_END) {
        // Members may follow one another.
        ::inflateReset(&stream_);
        at_start_ = true;
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        Refuse(stream_.msg ? stream_.msg : "the compressed bytes are damaged");
      }
    }
    return written;
  }

 private:
  z_stream stream_{};
  bool at_start_ = true;
};

class Bzip2Source : public Decompressor {
 public:
  Bzip2Source(std::unique_ptr<ByteSource> source, std::string path) : Decompressor(std::move(source), std::move(path)) {
    Start();
  }
  ~Bzip2Source() override { ::BZ2_bzDecompressEnd(&stream_); }

  size_t Read(char* into, size_t room) override {
    size_t written = 0;
    while (written == 0) {
      if (!Fill()) {
        if (!at_start_) RefuseCut();
        return 0;
      }
      stream_.next_in = input_.data() + at_;
      stream_.avail_in = static_cast<unsigned>(size_ - at_);
      stream_.next_out = into;
      stream_.avail_out = static_cast<unsigned>(std::min<size_t>(room, 1 << 30));
      const unsigned room_before = stream_.avail_out;
      const int status = ::BZ2_bzDecompress(&stream_);
      at_ = size_ - stream_.avail_in;
      written = room_before - stream_.avail_out;
      at_start_ = false;
      if (status == BZ_STREAM_END) {
        ::BZ2_bzDecompressEnd(&stream_);
        Start();
        at_start_ = true;
      } else if (status != BZ_OK) {
        Refuse("the bytes are no bzip2 data, or damaged");
      }
    }
    return written;
  }

 private:
  void Start() {
    stream_ = bz_stream{};
    if (::BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) Refuse("bzip2 does not start");
  }

  bz_stream stream_{};
  bool at_start_ = true;
};

class ZstdSource : public Decompressor {
 public:
  ZstdSource(std::unique_ptr<ByteSource> source, std::string path)
      : Decompressor(std::move(source), std::move(path)), stream_(::ZSTD_createDStream()) {
    if (!stream_) Refuse("zstd does not start");
  }
  ~ZstdSource() override { ::ZSTD_freeDStream(stream_); }

  size_t Read(char* into, size_t room) override {
    ZSTD_outBuffer out{into, room, 0};
    while (out.pos == 0) {
      // At the end of the file the decoder may still hold output for which there was no room.
      const bool has_input = Fill();
      if (!has_input && at_start_) return 0;
      ZSTD_inBuffer in{input_.data(), size_, at_};
      const size_t status = ::ZSTD_decompressStream(stream_, &out, &in);
      if (::ZSTD_isError(status)) Refuse(::ZSTD_getErrorName(status));
      at_ = in.pos;
      at_start_ = status == 0;
      if (!has_input && out.pos == 0 && !at_start_) RefuseCut();
    }
    return out.pos;
  }

 private:
  ZSTD_DStream* stream_;
  bool at_start_ = true;
};

/// Hadoop's block format: the length of a block, then chunks of it, each with its compressed length; big endian.
class HadoopLz4Source : public Decompressor {
 public:
  using Decompressor::Decompressor;

  size_t Read(char* into, size_t room) override {
    while (out_at_ == out_.size()) {
      if (!NextChunk()) return 0;
    }
    const size_t count = std::min(room, out_.size() - out_at_);
    std::memcpy(into, out_.data() + out_at_, count);
    out_at_ += count;
    return count;
  }

 private:
  static constexpr uint32_t kMostBlockBytes = 256 << 20;

  bool Take(char* into, size_t count, bool may_end) {
    for (size_t done = 0; done < count;) {
      if (!Fill()) {
        if (may_end && done == 0) return false;
        RefuseCut();
      }
      const size_t part = std::min(count - done, size_ - at_);
      std::memcpy(into + done, input_.data() + at_, part);
      at_ += part;
      done += part;
    }
    return true;
  }
  bool TakeLength(uint32_t& length, bool may_end) {
    unsigned char bytes[4];
    if (!Take(reinterpret_cast<char*>(bytes), sizeof bytes, may_end)) return false;
    length = uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
    if (length > kMostBlockBytes) Refuse("the bytes are not in Hadoop's block format");
    return true;
  }
  bool NextChunk() {
    while (left_ == 0) {
      if (!TakeLength(left_, true)) return false;
    }
    uint32_t compressed = 0;
    TakeLength(compressed, false);
    chunk_.resize(compressed);
    Take(chunk_.data(), compressed, false);
    out_.resize(left_);
    out_at_ = 0;
    const int count =
        ::LZ4_decompress_safe(chunk_.data(), out_.data(), static_cast<int>(compressed), static_cast<int>(left_));
    if (count < 0) Refuse("a block is damaged");
    out_.resize(static_cast<size_t>(count));
    left_ -= static_cast<uint32_t>(count);
    return true;
  }

  uint32_t left_ = 0;  // of the block
  std::vector<char> chunk_;
  std::vector<char> out_;
  size_t out_at_ = 0;
};

}  // namespace

Compression CompressionOf(const std::string& path) {
  if (path.ends_with(".gz")) return Compression::kGzip;
  if (path.ends_with(".deflate")) return Compression::kDeflate;
  if (path.ends_with(".bz2")) return Compression::kBzip2;
  if (path.ends_with(".zst")) return Compression::kZstd;
  if (path.ends_with(".lz4")) return Compression::kLz4;
  if (path.ends_with(".snappy")) return Compression::kSnappy;
  return Compression::kNone;
}

std::unique_ptr<ByteSource> Decompress(std::unique_ptr<ByteSource> source, Compression compression,
                                       const std::string& path) {
  switch (compression) {
    case Compression::kNone:
      return source;
    case Compression::kGzip:
    case Compression::kDeflate:
      return std::make_unique<ZlibSource>(std::move(source), path, compression == Compression::kGzip);
    case Compression::kBzip2:
      return std::make_unique<Bzip2Source>(std::move(source), path);
    case Compression::kZstd:
      return std::make_unique<ZstdSource>(std::move(source), path);
    case Compression::kLz4:
      return std::make_unique<HadoopLz4Source>(std::move(source), path);
    case Compression::kSnappy:
      break;
  }
  ThrowUnsupported("reading text files compressed with Snappy");
}

}  // namespace firesteel::sources
