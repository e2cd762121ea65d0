#pragma once

#include <cstdint>
#include <string>

#include "arrow/c_data.h"
#include "base/result.h"

namespace firesteel::engine {

/// Reads the stream to its end and writes it into one Parquet file (compressed with ZSTD), by an engine of its own that
/// nobody else sees. Gives the number of rows. Takes the stream's content; the caller releases it. An error is the
/// stream's own text, or says what cannot be written, and leaves a part of the file behind.
Result<int64_t> WriteStreamToParquet(ArrowArrayStream& stream, const std::string& path);

}  // namespace firesteel::engine
