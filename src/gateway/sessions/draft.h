#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/config/config.h"

namespace firesteel::gateway {

using OptionalPairs = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// The configuration that a client set before its session had a server. Clients send it in one message (PySpark, twice)
/// or key by key (JVM), so the last value of a key counts and keys keep their first place.
class Draft {
 public:
  static constexpr size_t kMostPairs = 1000;
  static constexpr size_t kMostBytes = 1 << 20;  ///< of keys and values

  /// False, and nothing is changed, where it would grow beyond its bounds. Every pair must have a value.
  bool Merge(const OptionalPairs& pairs, bool silent);

  const OptionalPairs& pairs() const { return pairs_; }
  size_t bytes() const { return bytes_; }
  /// What the server is to be told: without the keys that only speak to the gateway.
  void AppendReplay(const RoutingConfig& routing, ConfigPairs* silent, ConfigPairs* checked) const;

 private:
  OptionalPairs pairs_;
  std::set<std::string> checked_;  ///< keys that were not set silently: what is wrong with them is the client's to know
  size_t bytes_ = 0;
};

}  // namespace firesteel::gateway
