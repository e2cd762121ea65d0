#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firesteel {

/// The value of a hexadecimal digit of either case; −1 for anything else.
int HexValue(char c);
/// The bytes that hexadecimal digits stand for, or nothing. An odd count of digits begins with a half byte.
std::optional<std::string> FromHex(std::string_view text);
/// The same, written to a place for (text.size() + 1) / 2 bytes: how many they are, or nothing.
std::optional<size_t> ReadHex(std::string_view text, char* bytes);
/// [61 62 63], as Spark shows binaries.
void AppendSpacedHex(std::string_view bytes, std::string& text);

enum class HexCase : uint8_t { kLower, kUpper };
/// Writes two digits a byte to a place for 2 × bytes.size() characters, and gives how many those are.
size_t WriteHex(std::string_view bytes, char* text, HexCase letters);

}  // namespace firesteel
