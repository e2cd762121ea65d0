#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace firesteel::functions {

/// The order in which an immutable map of Scala gives keys that are Spark's texts: as put in for up to four, beyond
/// that by their hash codes. Not thread-safe.
class ScalaMapOrder {
 public:
  /// The place of a key, counted from 0 in the order of the first times: a known key keeps its place.
  size_t Put(std::string_view key);
  /// All places in the map's order.
  std::vector<size_t> Places() const;

 private:
  std::unordered_map<std::string, size_t> places_;
  std::vector<uint32_t> hashes_;
};

}  // namespace firesteel::functions
