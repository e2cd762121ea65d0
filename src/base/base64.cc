#include "base/base64.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace firesteel {
namespace {

/// The two characters of each 12 bits.
constexpr std::array<std::array<char, 2>, 4096> MakePairs() {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kBase64Alphabet[i >> 6], kBase64Alphabet[i & 63]};
  return pairs;
}
constexpr auto kPairs = MakePairs();

constexpr std::array<int8_t, 256> MakeValues() {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kBase64Alphabet.size(); ++i) {
    values[static_cast<uint8_t>(kBase64Alphabet[i])] = static_cast<int8_t>(i);
  }
  return values;
}
constexpr std::array<int8_t, 256> kValues = MakeValues();

}  // namespace

int Base64Value(char c) { return kValues[static_cast<uint8_t>(c)]; }

void WriteBase64(std::string_view bytes, char* text) {
  const auto byte = [&](size_t i) { return uint32_t{static_cast<uint8_t>(bytes[i])}; };
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3, text += 4) {
    const uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    std::memcpy(text, kPairs[group >> 12].data(), 2);
    std::memcpy(text + 2, kPairs[group & 0xFFF].data(), 2);
  }
  const size_t rest = bytes.size() - i;
  if (rest == 0) return;
  const uint32_t group = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0);
  std::memcpy(text, kPairs[group >> 12].data(), 2);
  text[2] = rest == 2 ? kBase64Alphabet[group >> 6 & 63] : '=';
  text[3] = '=';
}

std::string Base64Text(std::string_view bytes) {
  std::string text(Base64Length(bytes.size()), '\0');
  WriteBase64(bytes, text.data());
  return text;
}

}  // namespace firesteel
