#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace firesteel {

/// The alphabet of RFC 4648, section 4.
inline constexpr std::string_view kBase64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes in base 64 with padding, without line breaks.
std::string Base64Text(std::string_view bytes);
/// Characters of that text.
constexpr size_t Base64Length(size_t bytes) { return (bytes + 2) / 3 * 4; }
/// Writes it to a place for Base64Length(bytes.size()) characters.
void WriteBase64(std::string_view bytes, char* text);

/// The value of a character of the alphabet; −1 for anything else.
int Base64Value(char c);

}  // namespace firesteel
