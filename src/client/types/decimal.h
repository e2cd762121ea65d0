#pragma once

#include "base/int128.h"
#include "firesteel/value.h"

namespace firesteel::client {

inline int128_t UnscaledOf(const Decimal& decimal) {
  return static_cast<int128_t>((static_cast<uint128_t>(decimal.high()) << 64) | decimal.low());
}

inline Decimal DecimalOf(int128_t unscaled, int scale) {
  return Decimal::from_parts(static_cast<int64_t>(unscaled >> 64), static_cast<uint64_t>(unscaled), scale);
}

/// 10 to the power of 0 to 38.
int128_t PowerOfTen(int exponent);

}  // namespace firesteel::client
