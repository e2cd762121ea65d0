#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/base64.h"
#include "base/hex_text.h"
#include "base/utf8.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"
#include "functions/kernels/string/case_mapping.h"
#include "functions/kernels/string/text_format.h"

/// Bytes as text and back; binaries overlaid.
namespace firesteel::functions {

namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void ToBase32(TextOut& out, std::string_view bytes) {
  const size_t length = (bytes.size() + 4) / 5 * 8;
  char* next = out.Room(length);
  for (size_t i = 0; i < bytes.size(); i += 5) {
    uint64_t group = 0;
    const size_t count = std::min<size_t>(5, bytes.size() - i);
    for (size_t k = 0; k < 5; ++k) group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0);
    const size_t used = (count * 8 + 4) / 5;
    for (size_t k = 0; k < 8; ++k) *next++ = k < used ? kBase32[group >> (35 - 5 * k) & 31] : '=';
  }
  out.Commit(length);
}

/// The value of a character of either case; −1 for anything else.
constexpr std::array<int8_t, 256> MakeBase32Values() {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kBase32.size(); ++i) {
    values[static_cast<uint8_t>(kBase32[i])] = static_cast<int8_t>(i);
    if (kBase32[i] >= 'A') values[static_cast<uint8_t>(kBase32[i] + 32)] = static_cast<int8_t>(i);
  }
  return values;
}

/// Characters outside of the alphabet are skipped; letters count in both cases.
void FromBase32(TextOut& out, std::string_view text) {
  static constexpr std::array<int8_t, 256> kValues = MakeBase32Values();
  char* const room = out.Room(text.size() / 8 * 5 + 8);
  char* next = room;
  uint32_t group = 0;
  int bits = 0;
  size_t symbols = 0;
  for (char c : text) {
    if (c == '=') break;
    const int value = kValues[static_cast<uint8_t>(c)];
    if (value < 0) continue;
    group = group << 5 | static_cast<uint32_t>(value);
    bits += 5;
    ++symbols;
    if (bits >= 8) {
      bits -= 8;
      *next++ = static_cast<char>(group >> bits & 0xFF);
    }
  }
  // One character behind the last whole group stands for a byte of its first three bits, as in Apache Commons Codec.
  if (symbols % 8 == 1) *next++ = static_cast<char>(group >> 2 & 7);
  out.Commit(static_cast<size_t>(next - room));
}

/// Strict base 64: groups of four, padding only at the end, white space between. Written to a place for
/// text.size() / 4 × 3 + 3 bytes.
std::optional<size_t> ReadBase64(std::string_view text, char* bytes) {
  char* next = bytes;
  uint32_t group = 0;
  int symbols = 0;
  int padding = 0;
  for (char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int value = Base64Value(c);
    if (value < 0 || padding > 0) return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(value);
    if (++symbols == 4) {
      *next++ = static_cast<char>(group >> 16 & 0xFF);
      *next++ = static_cast<char>(group >> 8 & 0xFF);
      *next++ = static_cast<char>(group & 0xFF);
      symbols = 0;
    }
  }
  if (symbols == 1 || padding > 2 || (padding > 0 && (symbols + padding) % 4 != 0)) return std::nullopt;
  if (symbols == 2) *next++ = static_cast<char>(group >> 4 & 0xFF);
  if (symbols == 3) {
    *next++ = static_cast<char>(group >> 10 & 0xFF);
    *next++ = static_cast<char>(group >> 2 & 0xFF);
  }
  return static_cast<size_t>(next - bytes);
}

/// Whether the text in upper case is the name.
bool IsNamed(std::string_view text, std::string_view name) {
  if (!IsAscii(text)) return UpperText(text) == name;
  return std::equal(text.begin(), text.end(), name.begin(), name.end(),
                    [](char c, char letter) { return (c >= 'a' && c <= 'z' ? c - 32 : c) == letter; });
}

void ToBinary(Row& row, TextOut& out, std::string_view text, std::string_view format) {
  std::optional<size_t> length;
  if (IsNamed(format, "UTF-8") || IsNamed(format, "UTF8")) return out.Share(text);
  if (IsNamed(format, "HEX")) {
    length = ReadHex(text, out.Room(text.size() / 2 + 1));
  } else if (IsNamed(format, "BASE64")) {
    length = ReadBase64(text, out.Room(text.size() / 4 * 3 + 3));
  }
  if (length) return out.Commit(*length);
  row.Fail("CONVERSION_INVALID_INPUT",
           {{"str", "'" + std::string(text) + "'"},
            {"fmt", "'" + UpperText(format) + "'"},
            {"targetType", "\"BINARY\""},
            {"suggestion", "`try_to_binary`"}},
           ErrorClass::kIllegalArgument, false);
}

/// overlay(bytes, replacement, position from 1, length, or the replacement's when negative).
void OverlayBinary(TextOut& out, std::string_view bytes, std::string_view replacement, int32_t position,
                   int32_t length) {
  const int64_t count = length >= 0 ? length : static_cast<int64_t>(replacement.size());
  const auto size = static_cast<int64_t>(bytes.size());
  // Pieces as substring cuts them: positions from 1, 0 as 1, negative from the end.
  const int64_t before = std::clamp<int64_t>(static_cast<int64_t>(position) - 1, 0, size);
  const int64_t next = static_cast<int64_t>(position) + count;
  const int64_t behind = next > 0 ? next - 1 : next < 0 ? size + next : 0;
  char* const room = out.Room(2 * bytes.size() + replacement.size());
  char* end = CopyBytes(CopyBytes(room, bytes.substr(0, static_cast<size_t>(before))), replacement);
  if (behind < size) end = CopyBytes(end, bytes.substr(static_cast<size_t>(std::max<int64_t>(behind, 0))));
  out.Commit(static_cast<size_t>(end - room));
}

}  // namespace

const Kernel kToBase32 = RowKernel<ToBase32>();
const Kernel kFromBase32 = RowKernel<FromBase32>();
const Kernel kToBinary = SharingKernel<ToBinary>(true);
const Kernel kOverlayBinary = RowKernel<OverlayBinary>();

}  // namespace firesteel::functions
