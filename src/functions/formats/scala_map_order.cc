#include "functions/formats/scala_map_order.h"

#include <array>
#include <numeric>

#include "functions/kernels/hash/value_hash.h"

namespace firesteel::functions {
namespace {

constexpr size_t kMostInOrder = 4;
constexpr uint32_t kBitsALevel = 5;

/// scala.collection.Hashing.improve.
uint32_t Improved(uint32_t hash) {
  hash += ~(hash << 9);
  hash ^= hash >> 14;
  hash += hash << 4;
  return hash ^ (hash >> 10);
}

/// A node of the trie: first the keys that stand alone under five bits of the hash, then those that share them.
void Walk(const std::vector<uint32_t>& hashes, const std::vector<size_t>& places, uint32_t shift,
          std::vector<size_t>& result) {
  if (shift >= 32) {
    result.insert(result.end(), places.begin(), places.end());
    return;
  }
  std::array<std::vector<size_t>, size_t{1} << kBitsALevel> branches;
  for (const size_t place : places) branches[hashes[place] >> shift & ((1U << kBitsALevel) - 1)].push_back(place);
  for (const auto& branch : branches) {
    if (branch.size() == 1) result.push_back(branch[0]);
  }
  for (const auto& branch : branches) {
    if (branch.size() > 1) Walk(hashes, branch, shift + kBitsALevel, result);
  }
}

}  // namespace

size_t ScalaMapOrder::Put(std::string_view key) {
  const auto [found, is_new] = places_.try_emplace(std::string(key), places_.size());
  if (is_new) hashes_.push_back(Improved(static_cast<uint32_t>(TextHash(key))));
  return found->second;
}

std::vector<size_t> ScalaMapOrder::Places() const {
  std::vector<size_t> places(hashes_.size());
  std::iota(places.begin(), places.end(), size_t{0});
  if (places.size() <= kMostInOrder) return places;
  std::vector<size_t> result;
  Walk(hashes_, places, 0, result);
  return result;
}

}  // namespace firesteel::functions
