#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace firesteel {

/// Bytes of the UTF-8 sequence that begins with `lead`, by the lead byte alone, as Spark's UTF8String counts: bytes
/// that cannot begin a sequence count 1. Never 0.
size_t Utf8SequenceLength(uint8_t lead);

/// Whether every byte is below 0x80.
inline bool IsAscii(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080ull;
  const auto word_at = [&](size_t i) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, sizeof word);
    return word;
  };
  if (text.size() >= sizeof(uint64_t)) {
    for (size_t i = 0; i + sizeof(uint64_t) < text.size(); i += sizeof(uint64_t)) {
      if ((word_at(i) & kHighBits) != 0) return false;
    }
    return (word_at(text.size() - sizeof(uint64_t)) & kHighBits) == 0;
  }
  uint8_t bits = 0;
  for (const char c : text) bits |= static_cast<uint8_t>(c);
  return bits < 0x80;
}

/// Code points, counted as UTF8String.numChars does (defined for invalid text, too).
size_t Utf8Length(std::string_view text);

/// Byte offset of the `index`-th code point (counted as Utf8Length does), or the size of the text when it has fewer.
size_t Utf8Offset(std::string_view text, size_t index);

/// Code points [begin, end), cut at the text's length.
std::string_view Utf8Substring(std::string_view text, size_t begin, size_t end);

/// Whether the text is well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool IsValidUtf8(std::string_view text);

/// The text with every maximal invalid piece replaced by U+FFFD, as Unicode recommends and UTF8String.makeValid does.
std::string MakeValidUtf8(std::string_view text);

/// The text as Java's decoder reads it: like MakeValidUtf8, but an encoded surrogate is one piece (one U+FFFD, not
/// three).
std::string DecodeUtf8LikeJava(std::string_view text);

/// UTF-16 code units of the text; invalid bytes count as their replacement character.
size_t Utf16Length(std::string_view text);
std::u16string Utf16FromUtf8(std::string_view text);
/// A lone surrogate becomes "?", as in Java's encoder.
std::string Utf8FromUtf16(std::u16string_view text);

/// Appends a code point; one that cannot be encoded becomes U+FFFD.
void AppendUtf8(std::string& text, char32_t code_point);

/// Decodes the code point at `offset` and moves behind it; an invalid piece gives U+FFFD.
char32_t NextCodePoint(std::string_view text, size_t& offset);

}  // namespace firesteel
