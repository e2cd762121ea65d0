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
  if (raw == "UTF-8") return Charset::kUtf8;
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

void FailCharset(Row& row, std::string_view name) {
  row.Fail("INVALID_PARAMETER_VALUE.CHARSET",
           {{"functionName", "`" + row.call().function_name + "`"},
            {"parameter", "`charset`"},
            {"charset", std::string(name)},
            {"charsets", "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8"}},
           ErrorClass::kIllegalArgument, false);
}

void FailCoding(Row& row, std::string_view charset) {
  row.Fail("MALFORMED_CHARACTER_CODING",
           {{"function", "`" + row.call().function_name + "`"}, {"charset", std::string(charset)}},
           ErrorClass::kRuntime, false);
}

char* WriteUnit(char* out, uint32_t unit, int size, bool big_endian) {
  for (int i = 0; i < size; ++i) *out++ = static_cast<char>(unit >> (8 * (big_endian ? size - 1 - i : i)) & 0xFF);
  return out;
}

void Encode(Row& row, TextOut& out, std::string_view text, std::string_view name) {
  const Charset charset = CharsetOf(name);
  if (charset == Charset::kUnknown) return FailCharset(row, name);
  const bool by_bytes = charset == Charset::kAscii || charset == Charset::kLatin1;
  if (charset == Charset::kUtf8 || text.empty() || (by_bytes && IsAscii(text))) return out.Share(text);
  const int unit = by_bytes ? 1 : charset == Charset::kUtf32 ? 4 : 2;
  const bool big_endian = charset != Charset::kUtf16Le;
  // A byte becomes one unit at most, but those of invalid text; characters of two units have four bytes.
  char* const room = out.Room((text.size() + 1) * static_cast<size_t>(unit));
  char* next = room;
  if (charset == Charset::kUtf16) next = WriteUnit(next, 0xFEFF, unit, true);
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<uint8_t>(text[i]);
    const auto c = byte < 0x80 ? uint32_t{byte} : static_cast<uint32_t>(NextCodePoint(text, i));
    if (byte < 0x80) ++i;
    if (by_bytes && c > (charset == Charset::kAscii ? 0x7FU : 0xFFU)) {
      return FailCoding(row, name);
    }
    if (unit == 2 && c >= 0x10000) {
      next = WriteUnit(next, 0xD800 + ((c - 0x10000) >> 10), unit, big_endian);
      next = WriteUnit(next, 0xDC00 + ((c - 0x10000) & 0x3FF), unit, big_endian);
    } else {
      next = WriteUnit(next, c, unit, big_endian);
    }
  }
  out.Commit(static_cast<size_t>(next - room));
}

uint32_t UnitAt(std::string_view bytes, size_t at, int size, bool big_endian) {
  uint32_t unit = 0;
  for (int i = 0; i < size; ++i) {
    auto byte = static_cast<unsigned char>(bytes[at + static_cast<size_t>(i)]);
    unit |= static_cast<uint32_t>(byte) << (8 * (big_endian ? size - 1 - i : i));
  }
  return unit;
}

void DecodeUtf16(Row& row, TextOut& out, std::string_view bytes, Charset charset, std::string_view name) {
  bool big_endian = charset != Charset::kUtf16Le;
  if (charset == Charset::kUtf16 && bytes.size() >= 2) {
    const uint32_t mark = UnitAt(bytes, 0, 2, true);
    if (mark == 0xFEFF || mark == 0xFFFE) bytes.remove_prefix(2);
    big_endian = mark != 0xFFFE;
  }
  if (bytes.size() % 2 != 0) return FailCoding(row, name);
  const size_t count = bytes.size() / 2;
  char* const room = out.Room(count);
  uint32_t seen = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t unit = UnitAt(bytes, 2 * i, 2, big_endian);
    seen |= unit;
    room[i] = static_cast<char>(unit);
  }
  if (seen < 0x80) return out.Commit(count);
  std::u16string units;
  for (size_t i = 0; i < count; ++i) units += static_cast<char16_t>(UnitAt(bytes, 2 * i, 2, big_endian));
  out.Set(Utf8FromUtf16(units));
}

void DecodeUtf32(Row& row, TextOut& out, std::string_view bytes, std::string_view name) {
  if (bytes.size() % 4 != 0) return FailCoding(row, name);
  // A mark at the beginning says the order of bytes and is no character.
  const uint32_t mark = bytes.empty() ? 0 : UnitAt(bytes, 0, 4, true);
  const bool big_endian = mark != 0xFFFE0000;
  std::string text;
  for (size_t at = mark == 0xFEFF || !big_endian ? 4 : 0; at < bytes.size(); at += 4) {
    AppendUtf8(text, UnitAt(bytes, at, 4, big_endian));
  }
  out.Set(text);
}

void Decode(Row& row, TextOut& out, std::string_view bytes, std::string_view name) {
  const Charset charset = CharsetOf(name);
  std::string text;
  switch (charset) {
    case Charset::kUnknown:
      return FailCharset(row, name);
    case Charset::kUtf8:
      if (!IsValidUtf8(bytes)) return FailCoding(row, name);
      return out.Share(bytes);
    case Charset::kAscii:
    case Charset::kLatin1:
      if (IsAscii(bytes)) return out.Share(bytes);
      if (charset == Charset::kAscii) return FailCoding(row, name);
      for (unsigned char c : bytes) AppendUtf8(text, c);
      return out.Set(text);
    case Charset::kUtf32:
      return DecodeUtf32(row, out, bytes, name);
    default:
      return DecodeUtf16(row, out, bytes, charset, name);
  }
}

}  // namespace

const Kernel kEncode = SharingKernel<Encode>(true);
const Kernel kDecode = SharingKernel<Decode>(true);

}  // namespace firesteel::functions
