#pragma once

#include <cstdint>

namespace firesteel {

/// java.util.Random: the same numbers for the same seed.
class JavaRandom {
 public:
  explicit JavaRandom(uint64_t seed) : seed_((seed ^ kFactor) & kMask) {}
  double NextDouble() {
    const uint64_t high = Next(26) << 27;
    return static_cast<double>(high + Next(27)) * 0x1.0p-53;
  }
  /// From 0 to below `bound`, which is not a power of two.
  int32_t NextInt(int32_t bound) {
    while (true) {
      const auto bits = static_cast<uint32_t>(Next(31));
      const uint32_t value = bits % static_cast<uint32_t>(bound);
      // The last, incomplete round of values is left out: there 32 bits overflow.
      if (static_cast<int32_t>(bits - value + static_cast<uint32_t>(bound) - 1) >= 0)
        return static_cast<int32_t>(value);
    }
  }

 private:
  static constexpr uint64_t kFactor = 0x5DEECE66DULL;
  static constexpr uint64_t kMask = (uint64_t{1} << 48) - 1;
  uint64_t Next(int bits) {
    seed_ = (seed_ * kFactor + 0xB) & kMask;
    return seed_ >> (48 - bits);
  }
  uint64_t seed_;
};

}  // namespace firesteel
