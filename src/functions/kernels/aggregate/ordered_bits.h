#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace firesteel::functions {

/// A number whose order is that of the doubles they are made of, by Java's Double.compare: −0.0 before 0.0, NaN behind
/// all.
inline uint64_t OrderedBits(double value) {
  const auto bits = std::bit_cast<uint64_t>(std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value);
  return (bits >> 63) != 0 ? ~bits : bits | (uint64_t{1} << 63);
}
inline double DoubleOfOrderedBits(uint64_t bits) {
  return std::bit_cast<double>((bits >> 63) != 0 ? bits & ~(uint64_t{1} << 63) : ~bits);
}

}  // namespace firesteel::functions
