#pragma once

#include <string>
#include <string_view>

namespace firesteel {

/// Appends a JSON string with its quotes, escaped as Jackson does; `ascii_only` writes \uXXXX for all beyond ASCII.
/// Invalid UTF-8 is repaired.
void AppendJsonText(std::string_view value, bool ascii_only, std::string& out);
/// As Jackson writes to bytes, not to characters: what takes two UTF-16 units comes as two escapes.
void AppendJsonBytes(std::string_view value, std::string& out);

}  // namespace firesteel
