#include <string>

#include "base/utf8.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/case_mapping.h"

/// encode and decode: texts as bytes of a character set. Characters that a set lacks are errors.
namespace firesteel::functions {

namespace {

enum class Charset : uint8_t { kUnknown, kAscii, kLatin1, kUtf8, kUtf16, kUtf16Be, kUtf16Le, kUtf32 };

Charset CharsetOf(std::string_view raw) {
  std::string name = UpperText(raw);
  if (name == "US-ASCII") return Charset::kAscii;
  if (name == "ISO-8859-1") return Charset::kLatin1;
  if (name == "UTF-8") return Charset::kUtf8;
  if (name == "UTF-16") return Charset::kUtf16;
  if (name == "UTF-16BE") return Charset::kUtf16Be;
  if (name == "UTF-16LE") return Charset::kUtf16Le;
  if (name == "UTF-32") return Charset::kUtf32;
  return Charset::kUnknown;
}

std::nullopt_t FailCharset(Row& row, std::string_view name) {
  return row.Fail("INVALID_PARAMETER_VALUE.CHARSET",
                  {{"functionName", "`" + row.call().function_name + "`"},
                   {"parameter", "`charset`"},
                   {"charset", std::string(name)},
                   {"charsets", "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8"}},
                  ErrorClass::kIllegalArgument, false);
}

std::nullopt_t FailCoding(Row& row, std::string_view condition, std::string_view charset) {
  return row.Fail(std::string(condition),
                  {{"function", "`" + row.call().function_name + "`"}, {"charset", std::string(charset)}},
                  ErrorClass::kRuntime, false);
}

void AppendUnit(std::string& bytes, uint32_t unit, int size, bool big_endian) {
  for (int i = 0; i < size; ++i) {
    int shift = 8 * (big_endian ? size - 1 - i : i);
    bytes += static_cast<char>(unit >> shift & 0xFF);
  }
}

std::optional<std::string> Encode(Row& row, std::string_view text, std::string_view name) {
  Charset charset = CharsetOf(name);
  if (charset == Charset::kUnknown) return FailCharset(row, name);
  if (charset == Charset::kUtf8) return std::string(text);
  std::string bytes;
  if (charset == Charset::kUtf16) AppendUnit(bytes, 0xFEFF, 2, true);
  for (size_t i = 0; i < text.size();) {
    auto c = static_cast<uint32_t>(NextCodePoint(text, i));
    if (charset == Charset::kAscii || charset == Charset::kLatin1) {
      if (c > (charset == Charset::kAscii ? 0x7FU : 0xFFU)) {
        return FailCoding(row, "MALFORMED_CHARACTER_CODING", name);
      }
      bytes += static_cast<char>(c);
    } else if (charset == Charset::kUtf32) {
      AppendUnit(bytes, c, 4, true);
    } else {
      bool big_endian = charset != Charset::kUtf16Le;
      if (c >= 0x10000) {
        AppendUnit(bytes, 0xD800 + ((c - 0x10000) >> 10), 2, big_endian);
        AppendUnit(bytes, 0xDC00 + ((c - 0x10000) & 0x3FF), 2, big_endian);
      } else {
        AppendUnit(bytes, c, 2, big_endian);
      }
    }
  }
  return bytes;
}

uint32_t UnitAt(std::string_view bytes, size_t at, int size, bool big_endian) {
  uint32_t unit = 0;
  for (int i = 0; i < size; ++i) {
    auto byte = static_cast<unsigned char>(bytes[at + static_cast<size_t>(i)]);
    unit |= static_cast<uint32_t>(byte) << (8 * (big_endian ? size - 1 - i : i));
  }
  return unit;
}

std::optional<std::string> DecodeUtf16(Row& row, std::string_view bytes, Charset charset, std::string_view name) {
  bool big_endian = charset != Charset::kUtf16Le;
  size_t at = 0;
  if (charset == Charset::kUtf16 && bytes.size() >= 2) {
    uint32_t mark = UnitAt(bytes, 0, 2, true);
    if (mark == 0xFEFF || mark == 0xFFFE) at = 2;
    big_endian = mark != 0xFFFE;
  }
  if ((bytes.size() - at) % 2 != 0) return FailCoding(row, "MALFORMED_CHARACTER_CODING", name);
  std::u16string units;
  for (; at < bytes.size(); at += 2) units += static_cast<char16_t>(UnitAt(bytes, at, 2, big_endian));
  return Utf8FromUtf16(units);
}

std::optional<std::string> DecodeUtf32(Row& row, std::string_view bytes, std::string_view name) {
  if (bytes.size() % 4 != 0) return FailCoding(row, "MALFORMED_CHARACTER_CODING", name);
  // A mark at the beginning says the order of bytes and is no character.
  const uint32_t mark = bytes.empty() ? 0 : UnitAt(bytes, 0, 4, true);
  const bool big_endian = mark != 0xFFFE0000;
  std::string text;
  for (size_t at = mark == 0xFEFF || !big_endian ? 4 : 0; at < bytes.size(); at += 4) {
    AppendUtf8(text, UnitAt(bytes, at, 4, big_endian));
  }
  return text;
}

std::optional<std::string> Decode(Row& row, std::string_view bytes, std::string_view name) {
  Charset charset = CharsetOf(name);
  std::string text;
  switch (charset) {
    case Charset::kUnknown:
      return FailCharset(row, name);
    case Charset::kUtf8:
      if (!IsValidUtf8(bytes)) return FailCoding(row, "MALFORMED_CHARACTER_CODING", name);
      return std::string(bytes);
    case Charset::kAscii:
    case Charset::kLatin1:
      for (unsigned char c : bytes) {
        if (charset == Charset::kAscii && c > 0x7F) return FailCoding(row, "MALFORMED_CHARACTER_CODING", name);
        AppendUtf8(text, c);
      }
      return text;
    case Charset::kUtf32:
      return DecodeUtf32(row, bytes, name);
    default:
      return DecodeUtf16(row, bytes, charset, name);
  }
}

}  // namespace

const Kernel kEncode = RowKernel<Encode>(true);
const Kernel kDecode = RowKernel<Decode>(true);

}  // namespace firesteel::functions
