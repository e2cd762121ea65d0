#include "functions/formats/base64.h"

#include <cstdint>

namespace firesteel::functions {
namespace {

int ValueOf(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  int padding = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' && count == 0) continue;
    if (c == '=') {
      if (count + padding < 2 || count + padding > 3) return std::nullopt;
      ++padding;
      if (count + padding == 4) {
        bits <<= 6 * padding;
        bytes += static_cast<char>(bits >> 16);
        if (padding == 1) bytes += static_cast<char>(bits >> 8);
        bits = 0;
        count = padding = 0;
      }
      continue;
    }
    const int value = ValueOf(c);
    if (value < 0 || padding > 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++count == 4) {
      for (const int shift : {16, 8, 0}) bytes += static_cast<char>(bits >> shift);
      bits = 0;
      count = 0;
    }
  }
  if (count != 0 || padding != 0) return std::nullopt;
  return bytes;
}

}  // namespace firesteel::functions
