#include "session/name_pattern.h"

#include <algorithm>
#include <regex>

namespace firesteel::session {

bool MatchesNamePattern(const std::string& name, const std::string& pattern) {
  if (pattern.empty()) return true;
  for (size_t begin = 0; begin <= pattern.size();) {
    size_t end = std::min(pattern.find('|', begin), pattern.size());
    std::string regex;
    for (char c : pattern.substr(begin, end - begin)) regex += c == '*' ? std::string(".*") : std::string(1, c);
    try {
      if (std::regex_match(name, std::regex(regex, std::regex::icase))) return true;
    } catch (const std::regex_error&) {
      // Spark ignores alternatives that are no regular expression.
    }
    begin = end + 1;
  }
  return false;
}

}  // namespace firesteel::session
