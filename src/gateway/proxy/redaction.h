#pragma once

#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::gateway {

/// Keys of the configuration whose values clients do not read. Immutable; thread-safe.
class Redaction {
 public:
  /// Patterns as of spark.redaction.regex, found anywhere in a key, without regard to case. They were checked when the
  /// configuration was read.
  explicit Redaction(const std::vector<std::string>& patterns);

  bool empty() const { return patterns_.empty(); }
  /// Those of the ConfigResponse's keys that match.
  std::vector<std::string> KeysIn(std::string_view config_response) const;

 private:
  std::vector<std::regex> patterns_;
};

}  // namespace firesteel::gateway
