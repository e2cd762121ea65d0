#include "base/hex_text.h"

namespace firesteel {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> FromHex(std::string_view text) {
  std::string bytes;
  size_t i = 0;
  if (text.size() % 2 == 1) {
    if (HexValue(text[0]) < 0) return std::nullopt;
    bytes += static_cast<char>(HexValue(text[0]));
    i = 1;
  }
  for (; i < text.size(); i += 2) {
    int high = HexValue(text[i]);
    int low = HexValue(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

void AppendSpacedHex(std::string_view bytes, std::string& text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  text += '[';
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) text += ' ';
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  text += ']';
}

}  // namespace firesteel
