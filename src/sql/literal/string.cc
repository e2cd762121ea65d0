#include "sql/literal/string.h"

#include <charconv>
#include <cstdint>

#include "base/utf8.h"

namespace firesteel::sql {
namespace {

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// `digits` hexadecimal digits at the begin of the text.
bool ReadHex(std::string_view text, size_t digits, uint32_t& value) {
  if (text.size() < digits) return false;
  auto [end, error] = std::from_chars(text.data(), text.data() + digits, value, 16);
  return error == std::errc() && end == text.data() + digits;
}

// The escape behind a backslash; returns how many characters it took.
size_t Unescape(std::string_view rest, std::string& result) {
  uint32_t unit = 0;
  if (rest[0] == 'u' && ReadHex(rest.substr(1), 4, unit)) {
    uint32_t low = 0;
    if (IsHighSurrogate(unit) && rest.substr(5).starts_with("\\u") && ReadHex(rest.substr(7), 4, low) &&
        IsLowSurrogate(low)) {
      AppendUtf8(result, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
      return 11;
    }
    if (IsHighSurrogate(unit) || IsLowSurrogate(unit)) {
      result += '?';  // what Java writes for half a character
    } else {
      AppendUtf8(result, unit);
    }
    return 5;
  }
  if (rest[0] == 'U' && ReadHex(rest.substr(1), 8, unit)) {
    AppendUtf8(result, unit);
    return 9;
  }
  auto octal = [&](size_t i) { return i < rest.size() && rest[i] >= '0' && rest[i] <= '7'; };
  if ((rest[0] == '0' || rest[0] == '1') && octal(1) && octal(2)) {
    result += static_cast<char>((rest[0] - '0') * 64 + (rest[1] - '0') * 8 + (rest[2] - '0'));
    return 3;
  }
  switch (rest[0]) {
    case '0':
      result += '\0';
      break;
    case 'b':
      result += '\b';
      break;
    case 'n':
      result += '\n';
      break;
    case 'r':
      result += '\r';
      break;
    case 't':
      result += '\t';
      break;
    case 'Z':
      result += '\x1A';
      break;
    case '%':
    case '_':
      result += '\\';
      [[fallthrough]];
    default:
      result += rest[0];
  }
  return 1;
}

}  // namespace

std::string UnescapeSqlString(std::string_view token, bool escaped_string_literals) {
  if (token.front() == 'r' || token.front() == 'R') return std::string(token.substr(2, token.size() - 3));
  const char quote = token.front();
  std::string_view text = token.substr(1, token.size() - 2);
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (text[i] == quote && i + 1 < text.size() && text[i + 1] == quote) {
      result += quote;
      i += 2;
    } else if (!escaped_string_literals && text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      i += Unescape(text.substr(i), result);
    } else {
      result += text[i++];
    }
  }
  return result;
}

}  // namespace firesteel::sql
