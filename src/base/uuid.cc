#include "base/uuid.h"

#include <unistd.h>

#include <cstdint>
#include <random>

#include "base/hex_text.h"

namespace firesteel {
namespace {

// From the system, so that nobody can guess the ids of others.
void FillRandom(uint64_t (&words)[2]) {
  if (getentropy(words, sizeof words) == 0) return;
  std::random_device device;
  for (uint64_t& word : words) word = (static_cast<uint64_t>(device()) << 32) | device();
}

}  // namespace

std::string NewUuid() {
  uint64_t words[2];
  FillRandom(words);
  words[0] = (words[0] & ~0xF000ull) | 0x4000;                 // version 4
  words[1] = (words[1] & ~(0xC0ull << 56)) | (0x80ull << 56);  // the standard's variant
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (int digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) text += '-';
    text += kHex[(words[digit / 16] >> (60 - 4 * (digit % 16))) & 0xF];
  }
  return text;
}

bool IsUuid(std::string_view text) { return UuidWords(text).has_value(); }

std::optional<std::array<uint64_t, 2>> UuidWords(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::array<uint64_t, 2> words{};
  int digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return std::nullopt;
      continue;
    }
    const int value = HexValue(c);
    if (value < 0) return std::nullopt;
    uint64_t& word = words[digits++ / 16];
    word = word << 4 | static_cast<uint64_t>(value);
  }
  return words;
}

}  // namespace firesteel
