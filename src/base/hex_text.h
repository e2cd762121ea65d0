#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firesteel {

/// The value of a hexadecimal digit of either case; −1 for anything else.
int HexValue(char c);
/// The bytes that hexadecimal digits stand for, or nothing. An odd count of digits begins with a half byte.
std::optional<std::string> FromHex(std::string_view text);
/// [61 62 63], as Spark shows binaries.
void AppendSpacedHex(std::string_view bytes, std::string& text);

}  // namespace firesteel
