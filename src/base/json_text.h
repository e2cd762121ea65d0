#pragma once

#include <string>
#include <string_view>

namespace firesteel {

/// Appends a JSON string with its quotes, escaped as Jackson does; `ascii_only` writes \uXXXX for all beyond ASCII.
/// Invalid UTF-8 is repaired.
void AppendJsonText(std::string_view value, bool ascii_only, std::string& out);

}  // namespace firesteel
