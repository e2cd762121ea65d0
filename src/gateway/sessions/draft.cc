#include "gateway/sessions/draft.h"

#include <algorithm>

#include "gateway/sessions/config_rules.h"

namespace firesteel::gateway {

bool Draft::Merge(const OptionalPairs& pairs, bool silent) {
  // The first copy is cheap beside the message that brought the pairs, and makes the change all or nothing.
  OptionalPairs merged = pairs_;
  size_t bytes = bytes_;
  for (const auto& [key, value] : pairs) {
    auto it = std::find_if(merged.begin(), merged.end(), [&](const auto& pair) { return pair.first == key; });
    if (it != merged.end()) {
      bytes -= it->second->size();
      it->second = value;
    } else {
      merged.emplace_back(key, value);
      bytes += key.size();
    }
    bytes += value->size();
    if (merged.size() > kMostPairs || bytes > kMostBytes) return false;
  }
  for (const auto& [key, value] : pairs) {
    if (silent) {
      checked_.erase(key);
    } else {
      checked_.insert(key);
    }
  }
  pairs_ = std::move(merged);
  bytes_ = bytes;
  return true;
}

void Draft::AppendReplay(const RoutingConfig& routing, ConfigPairs* silent, ConfigPairs* checked) const {
  for (const auto& [key, value] : pairs_) {
    if (IsRoutingKey(routing, key)) continue;
    (checked_.contains(key) ? checked : silent)->emplace_back(key, *value);
  }
}

}  // namespace firesteel::gateway
