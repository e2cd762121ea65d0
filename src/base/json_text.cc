#include "base/json_text.h"

#include <cstdint>

#include "base/utf8.h"

namespace firesteel {
namespace {

void AppendUnit(uint32_t unit, std::string& out) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHexDigits[(unit >> shift) & 15];
}

/// Characters whose UTF-8 begins with `escaped_from` or a greater byte are escaped, too.
void Append(std::string_view value, unsigned escaped_from, std::string& out) {
  std::string repaired;
  if (!IsValidUtf8(value)) {
    repaired = MakeValidUtf8(value);
    value = repaired;
  }
  out += '"';
  for (size_t i = 0; i < value.size();) {
    const auto byte = static_cast<unsigned char>(value[i]);
    if (byte >= escaped_from) {
      const char32_t point = NextCodePoint(value, i);
      if (point < 0x10000) {
        AppendUnit(point, out);
      } else {
        AppendUnit(0xD800 + ((point - 0x10000) >> 10), out);
        AppendUnit(0xDC00 + ((point - 0x10000) & 0x3FF), out);
      }
      continue;
    }
    ++i;
    switch (byte) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          AppendUnit(byte, out);
        } else {
          out += static_cast<char>(byte);
        }
    }
  }
  out += '"';
}

}  // namespace

void AppendJsonText(std::string_view value, bool ascii_only, std::string& out) {
  Append(value, ascii_only ? 0x80 : 0x100, out);
}

void AppendJsonBytes(std::string_view value, std::string& out) { Append(value, 0xF0, out); }

}  // namespace firesteel
