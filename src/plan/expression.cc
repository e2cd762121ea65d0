#include "plan/expression.h"

#include "base/error.h"

namespace firesteel::plan {

ExpressionPtr Call(std::string name, std::vector<ExpressionPtr> arguments, OriginPtr origin) {
  UnresolvedFunction function;
  function.name = {std::move(name)};
  function.arguments = std::move(arguments);
  return Make(std::move(function), std::move(origin));
}

// UnresolvedAttribute.parseAttributeName: points part names; backquotes stand around a whole part, doubled inside.
std::vector<std::string> ParseAttributeName(const std::string& text, const OriginPtr& origin) {
  auto fail = [&]() { throw QueryError("INVALID_ATTRIBUTE_NAME_SYNTAX", {{"name", text}}, origin); };
  std::vector<std::string> parts;
  std::string part;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool last = i + 1 == text.size();
    if (quoted) {
      if (c != '`') {
        part += c;
      } else if (!last && text[i + 1] == '`') {
        part += '`';
        ++i;
      } else {
        quoted = false;
        if (!last && text[i + 1] != '.') fail();
      }
    } else if (c == '`') {
      if (!part.empty()) fail();
      quoted = true;
    } else if (c == '.') {
      if (i == 0 || text[i - 1] == '.' || last) fail();
      parts.push_back(std::move(part));
      part.clear();
    } else {
      part += c;
    }
  }
  if (quoted) fail();
  parts.push_back(std::move(part));
  return parts;
}

}  // namespace firesteel::plan
