#include "sql/literal/binary.h"

namespace firesteel::sql {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> ParseHexText(std::string_view text) {
  std::string bytes;
  size_t i = 0;
  if (text.size() % 2 == 1) {
    const int digit = HexDigit(text[0]);
    if (digit < 0) return std::nullopt;
    bytes += static_cast<char>(digit);
    i = 1;
  }
  for (; i < text.size(); i += 2) {
    const int high = HexDigit(text[i]);
    const int low = HexDigit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace firesteel::sql
