#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firesteel::sql {

/// The bytes of X'…': pairs of hexadecimal digits, with a zero put before an odd number of them. Nothing when a
/// character is no such digit.
std::optional<std::string> ParseHexText(std::string_view text);

}  // namespace firesteel::sql
