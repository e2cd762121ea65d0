#include "gateway/proxy/redaction.h"

#include <algorithm>

#include "gateway/wire/grpc_message.h"

namespace firesteel::gateway {

Redaction::Redaction(const std::vector<std::string>& patterns) {
  for (std::string_view pattern : patterns) {
    if (pattern.starts_with("(?i)")) pattern.remove_prefix(4);  // as Spark writes it; here it always holds
    patterns_.emplace_back(std::string(pattern), std::regex::ECMAScript | std::regex::icase | std::regex::optimize);
  }
}

std::vector<std::string> Redaction::KeysIn(std::string_view config_response) const {
  std::vector<std::string> keys;
  if (patterns_.empty()) return keys;
  for (const auto& [key, value] : ConfigResponsePairs(config_response)) {
    const bool secret = std::any_of(patterns_.begin(), patterns_.end(), [&key = key](const std::regex& pattern) {
      return std::regex_search(key, pattern);
    });
    if (secret) keys.push_back(key);
  }
  return keys;
}

}  // namespace firesteel::gateway
