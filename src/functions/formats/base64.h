#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firesteel::functions {

/// Base64 as Jackson reads it (MIME alphabet, padding needed, white space skipped); nothing on other text.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace firesteel::functions
