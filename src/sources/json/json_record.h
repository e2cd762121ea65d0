#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "functions/formats/json/json_options.h"

namespace firesteel::sources {

/// Throws what Spark says of an encoding that it cannot find lines in, and for what files are not read with.
void CheckJsonLines(const functions::JsonOptions& options);

/// The bytes between lines, in the file's encoding; nothing for the ends of lines.
std::optional<std::string> JsonLineSeparator(const functions::JsonOptions& options);

/// Makes texts of the bytes of records. Without the option `encoding` a record may be UTF-8, UTF-16 or UTF-32, with or
/// without a byte order mark, which is told by its first four bytes as Jackson does. Not thread-safe.
class JsonRecordDecoder {
 public:
  explicit JsonRecordDecoder(const functions::JsonOptions& options) : options_(options) {}

  /// The text, valid until the next call; nothing when the bytes are none in the encoding given. Bytes taken for UTF-8
  /// come back as they are: the tokenizer checks them.
  std::optional<std::string_view> Decode(std::string_view bytes);

 private:
  const functions::JsonOptions& options_;
  std::string buffer_;
};

}  // namespace firesteel::sources
