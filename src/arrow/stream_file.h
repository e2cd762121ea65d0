#pragma once

#include <cstdint>
#include <cstdio>

#include "arrow/c_data.h"
#include "base/result.h"

namespace firesteel::arrow {

enum class FileForm : uint8_t {
  kFile,    ///< the Arrow IPC file format, with a footer: what is called Feather, too
  kStream,  ///< the Arrow IPC stream format: for pipes
};

/// Reads the stream to its end and writes it to `file`, which stays open. Gives the number of rows; an error is the
/// stream's own text, or says what cannot be written. Holds one batch at a time.
Result<int64_t> WriteStreamToFile(ArrowArrayStream& stream, std::FILE* file, FileForm form);

}  // namespace firesteel::arrow
