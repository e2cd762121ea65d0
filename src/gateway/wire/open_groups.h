#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace firesteel::gateway {

/// How deep messages and groups may lie in each other: the default of every protobuf parser.
inline constexpr int kMaxWireDepth = 100;

/// The groups of unknown fields that have begun and not yet ended: each must end with its own field number.
class OpenGroups {
 public:
  bool empty() const { return size_ == 0; }

  /// False where more than `limit` would be open.
  bool Open(uint32_t number, int limit) {
    if (size_ >= limit || size_ >= kMaxWireDepth) return false;
    numbers_[static_cast<size_t>(size_++)] = number;
    return true;
  }
  /// False where the innermost group is another one, or none is open.
  bool Close(uint32_t number) { return size_ > 0 && numbers_[static_cast<size_t>(--size_)] == number; }

 private:
  std::array<uint32_t, kMaxWireDepth> numbers_;  // the first size_ count; the rest is left as it is for speed
  int size_ = 0;
};

}  // namespace firesteel::gateway
