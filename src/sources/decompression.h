#pragma once

#include <memory>
#include <string>

#include "sources/byte_source.h"

namespace firesteel::sources {

enum class Compression : uint8_t { kNone, kGzip, kDeflate, kBzip2, kZstd, kLz4, kSnappy };

/// By the ending of a file's name, as Hadoop's codecs.
Compression CompressionOf(const std::string& path);

/// The bytes behind a compressed source; `path` is for errors. Bad data gives FAILED_READ_FILE.NO_HINT. Snappy is not
/// supported.
std::unique_ptr<ByteSource> Decompress(std::unique_ptr<ByteSource> source, Compression compression,
                                       const std::string& path);

}  // namespace firesteel::sources
