#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace firesteel::storage {

/// How a file of text is compressed.
enum class Codec : uint8_t { kNone, kGzip, kDeflate, kBzip2, kLz4 };

/// A new file that is written from its beginning to its end, buffered. For one thread. Throws std::system_error (a full
/// disk is ENOSPC).
class OutputFile {
 public:
  /// `path` does not exist yet. Memory: under 1 MiB.
  static std::unique_ptr<OutputFile> Create(const std::string& path, Codec codec);
  /// Without Finish the file stays as it is, cut off.
  virtual ~OutputFile() = default;
  virtual void Write(std::string_view bytes) = 0;
  /// Writes what is buffered and closes. Call once, last.
  virtual void Finish() = 0;
};

}  // namespace firesteel::storage
