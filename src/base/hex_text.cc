#include "base/hex_text.h"

#include <array>
#include <cstring>

namespace firesteel {
namespace {

constexpr std::string_view kUpperDigits = "0123456789ABCDEF";
constexpr std::string_view kLowerDigits = "0123456789abcdef";

constexpr std::array<int8_t, 256> MakeValues() {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < 16; ++i) {
    values[static_cast<uint8_t>(kUpperDigits[i])] = static_cast<int8_t>(i);
    values[static_cast<uint8_t>(kLowerDigits[i])] = static_cast<int8_t>(i);
  }
  return values;
}
constexpr std::array<int8_t, 256> kValues = MakeValues();

/// The two digits of each byte.
using Pairs = std::array<std::array<char, 2>, 256>;
constexpr Pairs MakePairs(std::string_view digits) {
  Pairs pairs{};
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i] = {digits[i >> 4], digits[i & 15]};
  return pairs;
}
constexpr Pairs kUpperPairs = MakePairs(kUpperDigits);
constexpr Pairs kLowerPairs = MakePairs(kLowerDigits);

}  // namespace

int HexValue(char c) { return kValues[static_cast<uint8_t>(c)]; }

std::optional<size_t> ReadHex(std::string_view text, char* bytes) {
  char* next = bytes;
  int bad = 0;  // negative when a digit was none
  size_t i = text.size() % 2;
  if (i == 1) {
    bad |= HexValue(text[0]);
    *next++ = static_cast<char>(HexValue(text[0]));
  }
  for (; i < text.size(); i += 2) {
    const int value = HexValue(text[i]) * 16 | HexValue(text[i + 1]);
    bad |= value;
    *next++ = static_cast<char>(value);
  }
  if (bad < 0) return std::nullopt;
  return static_cast<size_t>(next - bytes);
}

std::optional<std::string> FromHex(std::string_view text) {
  std::string bytes((text.size() + 1) / 2, '\0');
  if (!ReadHex(text, bytes.data())) return std::nullopt;
  return bytes;
}

size_t WriteHex(std::string_view bytes, char* text, HexCase letters) {
  const Pairs& pairs = letters == HexCase::kUpper ? kUpperPairs : kLowerPairs;
  for (size_t i = 0; i < bytes.size(); ++i) std::memcpy(text + 2 * i, pairs[static_cast<uint8_t>(bytes[i])].data(), 2);
  return 2 * bytes.size();
}

void AppendSpacedHex(std::string_view bytes, std::string& text) {
  text += '[';
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) text += ' ';
    const auto& pair = kUpperPairs[static_cast<uint8_t>(bytes[i])];
    text.append(pair.data(), pair.size());
  }
  text += ']';
}

}  // namespace firesteel
