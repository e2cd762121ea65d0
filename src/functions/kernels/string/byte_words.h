#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// The bytes of a text eight at a time: in a word, whose lowest byte is the first.
namespace firesteel::functions {

static_assert(std::endian::native == std::endian::little);

/// A word with the byte in all its places.
constexpr uint64_t EachByte(uint8_t byte) { return 0x0101010101010101ull * byte; }
inline constexpr uint64_t kHighBits = EachByte(0x80);

template <class T = uint64_t>
T LoadWord(const char* bytes) {
  T word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}
inline void StoreWord(char* bytes, uint64_t word) { std::memcpy(bytes, &word, sizeof word); }

/// The last size % 8 bytes of a text that has such, behind them zeros. Reads no byte that is not the text's.
inline uint64_t LoadTail(std::string_view text) {
  const size_t count = text.size() % 8;
  const char* bytes = text.data() + (text.size() - count);
  if (text.size() >= 8) return LoadWord(bytes + count - 8) >> (8 * (8 - count));
  if (count >= 4) {
    return LoadWord<uint32_t>(bytes) | uint64_t{LoadWord<uint32_t>(bytes + count - 4)} << (8 * (count - 4));
  }
  const auto byte = [&](size_t i) { return uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i); };
  return byte(0) | byte(count / 2) | byte(count - 1);
}

/// Copies the bytes of a text to `out` and gives the place behind them. Most texts are too short for a call of memcpy.
inline char* CopyBytes(char* out, std::string_view text) {
  const size_t size = text.size();
  const char* bytes = text.data();
  if (size > 16) {
    std::memcpy(out, bytes, size);
  } else if (size >= 8) {
    const uint64_t last = LoadWord(bytes + size - 8);
    StoreWord(out, LoadWord(bytes));
    StoreWord(out + size - 8, last);
  } else if (size >= 4) {
    const uint32_t last = LoadWord<uint32_t>(bytes + size - 4);
    std::memcpy(out, bytes, 4);
    std::memcpy(out + size - 4, &last, 4);
  } else if (size > 0) {
    out[0] = bytes[0];
    out[size / 2] = bytes[size / 2];
    out[size - 1] = bytes[size - 1];
  }
  return out + size;
}

/// Calls `each(word, place)` for every word of a text; the last one may have zeros behind its bytes.
template <class Each>
void EachWord(std::string_view text, const Each& each) {
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) each(LoadWord(text.data() + i), i);
  if (i < text.size()) each(LoadTail(text), i);
}

/// The high bit of each byte between two ASCII characters, in a word of ASCII.
inline uint64_t AsciiBetween(uint64_t word, char low, char high) {
  const uint64_t at_least = word + EachByte(static_cast<uint8_t>(0x80 - low));
  const uint64_t beyond = word + EachByte(static_cast<uint8_t>(0x7F - high));
  return at_least & ~beyond & kHighBits;
}

/// The high bit of each byte that is the character, in a word of ASCII.
inline uint64_t AsciiEqual(uint64_t word, char c) {
  return (kHighBits - (word ^ EachByte(static_cast<uint8_t>(c)))) & kHighBits;
}

}  // namespace firesteel::functions
