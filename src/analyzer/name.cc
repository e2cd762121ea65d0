#include "analyzer/name.h"

#include <algorithm>

#include "base/utf8.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

char32_t Lower(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  const bool latin = c >= 0xC0 && c <= 0xDE && c != 0xD7;
  const bool greek = c >= 0x391 && c <= 0x3A9;
  const bool cyrillic = c >= 0x410 && c <= 0x42F;
  if (latin || greek || cyrillic) return c + 32;
  return c >= 0x400 && c <= 0x40F ? c + 80 : c;
}

char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

std::string FoldCase(std::string_view name) {
  std::string folded;
  folded.reserve(name.size());
  if (IsAscii(name)) {
    for (const char c : name) folded += LowerAscii(c);
    return folded;
  }
  for (size_t at = 0; at < name.size();) AppendUtf8(folded, Lower(NextCodePoint(name, at)));
  return folded;
}

bool SameName(std::string_view a, std::string_view b, bool case_sensitive) {
  if (a == b) return true;
  if (case_sensitive) return false;
  if (IsAscii(a) && IsAscii(b)) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return LowerAscii(x) == LowerAscii(y); });
  }
  return FoldCase(a) == FoldCase(b);
}

std::string NameKey(std::string_view name, bool case_sensitive) {
  return case_sensitive ? std::string(name) : FoldCase(name);
}

std::string DottedName(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += '.';
    text += QuoteIfNeeded(part);
  }
  return text;
}

size_t SessionPrefix(const std::vector<std::string>& parts) {
  if (parts.size() > 2 && FoldCase(parts[0]) == "system" && FoldCase(parts[1]) == "session") return 2;
  return parts.size() > 1 && FoldCase(parts[0]) == "session" ? 1 : 0;
}

std::string SearchPath(const bound::SessionSettings& settings) {
  return "[`system`.`builtin`, `system`.`session`, " +
         QuoteIdentifiers({settings.current_catalog, settings.current_database}) + "]";
}

}  // namespace firesteel::analyzer
