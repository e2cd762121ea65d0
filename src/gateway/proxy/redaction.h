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
  /// Whether one of them is found in the key.
  bool IsSecret(std::string_view key) const;

 private:
  std::vector<std::regex> patterns_;
};

}  // namespace firesteel::gateway
