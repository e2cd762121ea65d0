#include "shell/output/display_width.h"

#include <langinfo.h>
#include <wchar.h>

#include <clocale>

#include "base/utf8.h"

namespace firesteel::shell {
namespace {

size_t WidthOf(char32_t c) {
  if (c < 0x7f) return 1;
  const int width = wcwidth(static_cast<wchar_t>(c));
  return width < 0 ? 1 : static_cast<size_t>(width);
}

bool IsPlain(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x7f) return false;
  }
  return true;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  if (IsPlain(text)) return text.size();
  size_t width = 0;
  for (size_t offset = 0; offset < text.size();) width += WidthOf(NextCodePoint(text, offset));
  return width;
}

std::string CutToWidth(std::string_view text, size_t width) {
  size_t used = 0, kept = 0;
  for (size_t offset = 0; offset < text.size();) {
    used += WidthOf(NextCodePoint(text, offset));
    if (used > width) return std::string(text.substr(0, kept)) + (width > 0 ? "…" : "");
    if (used < width) kept = offset;
  }
  return std::string(text);
}

std::string WithoutControls(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string safe;
  safe.reserve(text.size());
  for (size_t offset = 0; offset < text.size();) {
    const unsigned char byte = static_cast<unsigned char>(text[offset]);
    if (byte >= ' ' && byte < 0x7f) {
      safe += text[offset++];
      continue;
    }
    const char32_t c = NextCodePoint(text, offset);
    if (c == '\n') {
      safe += "\\n";
    } else if (c == '\t') {
      safe += "\\t";
    } else if (c == '\r') {
      safe += "\\r";
    } else if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
      safe += "\\x";
      safe += kDigits[c >> 4];
      safe += kDigits[c & 15];
    } else {
      AppendUtf8(safe, c);
    }
  }
  return safe;
}

void UseUtf8Locale() {
  std::setlocale(LC_CTYPE, "");
  if (std::string_view(nl_langinfo(CODESET)) != "UTF-8") std::setlocale(LC_CTYPE, "C.UTF-8");
}

}  // namespace firesteel::shell
