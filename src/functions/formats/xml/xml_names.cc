#include "functions/formats/xml/xml_names.h"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "base/ascii_case.h"
#include "base/utf8.h"

namespace firesteel::functions {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

/// NameStartChar of XML 1.0, fifth edition, without the colon.
constexpr Range kStart[] = {{'A', 'Z'},       {'_', '_'},       {'a', 'z'},       {0xC0, 0xD6},     {0xD8, 0xF6},
                            {0xF8, 0x2FF},    {0x370, 0x37D},   {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F},
                            {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}};
/// What NameChar has beyond that.
constexpr Range kMore[] = {{'-', '-'}, {'.', '.'}, {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}};

template <size_t kSize>
bool IsIn(const Range (&ranges)[kSize], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

}  // namespace

std::string FoldedXmlName(std::string_view name) {
  if (std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    return AsciiLower(name);
  }
  std::string folded;
  icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<int32_t>(name.size())))
      .toLower(icu::Locale::getRoot())
      .toUTF8String(folded);
  return folded;
}

std::string XmlNameFault(std::string_view name) {
  if (name.empty()) return "Illegal to pass empty name";
  for (size_t at = 0; at < name.size();) {
    const bool is_first = at == 0;
    const char32_t c = NextCodePoint(name, at);
    if (IsIn(kStart, c) || (!is_first && IsIn(kMore, c))) continue;
    std::string text;
    AppendUtf8(text, c);
    return std::string("Illegal ") + (is_first ? "first " : "") + "name character '" + text + "' (code " +
           std::to_string(static_cast<uint32_t>(c)) + ")";
  }
  return "";
}

}  // namespace firesteel::functions
