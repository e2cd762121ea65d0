#include "gateway/proxy/redaction.h"

#include <algorithm>

namespace firesteel::gateway {
namespace {

// std::regex recurses once a character. No key of Spark's comes near; a longer one is judged by its beginning.
constexpr size_t kLongestKey = 1000;

}  // namespace

Redaction::Redaction(const std::vector<std::string>& patterns) {
  for (std::string_view pattern : patterns) {
    if (pattern.starts_with("(?i)")) pattern.remove_prefix(4);  // as Spark writes it; here it always holds
    patterns_.emplace_back(std::string(pattern), std::regex::ECMAScript | std::regex::icase | std::regex::optimize);
  }
}

bool Redaction::IsSecret(std::string_view key) const {
  key = key.substr(0, kLongestKey);
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const std::regex& pattern) { return std::regex_search(key.begin(), key.end(), pattern); });
}

}  // namespace firesteel::gateway
