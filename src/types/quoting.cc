#include "types/quoting.h"

#include "types/type_text.h"

namespace firesteel {

std::string QuoteIdentifier(std::string_view part) {
  std::string result = "`";
  for (char c : part) {
    if (c == '`') result += '`';
    result += c;
  }
  return result + "`";
}

std::string QuoteIdentifiers(const std::vector<std::string>& parts) {
  std::string result;
  for (const std::string& part : parts) {
    if (!result.empty()) result += '.';
    result += QuoteIdentifier(part);
  }
  return result;
}

std::string QuoteIfNeeded(std::string_view part) {
  bool plain = !part.empty();
  bool only_digits = true;
  for (char c : part) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) only_digits = false;
    if (!digit && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_') plain = false;
  }
  return plain && !only_digits ? std::string(part) : QuoteIdentifier(part);
}

std::string QuoteType(const DataType& type) {
  const std::string quoted = DoubleQuoted(SqlTypeName(type));
  return type.Is(TypeKind::kUserDefined) ? "UDT(" + quoted + ")" : quoted;
}

std::string DoubleQuoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string SingleQuoted(std::string_view text) {
  std::string result = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string EscapeMetaCharacters(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '\n':
        result += "\\n";
        break;
      case '\r':
        result += "\\r";
        break;
      case '\t':
        result += "\\t";
        break;
      case '\f':
        result += "\\f";
        break;
      case '\b':
        result += "\\b";
        break;
      case '\v':
        result += "\\v";
        break;
      case '\a':
        result += "\\a";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace firesteel
