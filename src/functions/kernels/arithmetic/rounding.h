#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>

namespace firesteel::functions {

enum class Rounding : uint8_t { kHalfUp, kHalfEven, kCeiling, kFloor };

/// value / unit, rounded; halves up go away from zero. The unit is positive and below the half of T's range.
template <Rounding kRounding, class T>
T RoundedQuotient(T value, T unit) {
  const T quotient = value / unit;
  const T rest = value - quotient * unit;
  const T distance = rest < 0 ? -rest : rest;
  const T to_next = unit - distance;
  bool away = false;
  switch (kRounding) {
    case Rounding::kHalfUp:
      away = distance >= to_next;
      break;
    case Rounding::kHalfEven:
      away = distance > to_next || (distance == to_next && (quotient & 1) != 0);
      break;
    case Rounding::kCeiling:
      away = rest > 0;
      break;
    case Rounding::kFloor:
      away = rest < 0;
      break;
  }
  return away ? (value < 0 ? quotient - 1 : quotient + 1) : quotient;
}

/// What doubles hold of powers of ten without rounding: up to this one.
constexpr int kExactPowers = 22;
constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// The magnitude's digits as Java has them, rounded to the nearest number of `digits` behind the point and counted in
/// units of the last one; halves do not come up. Nothing where that is not certain: so near to a half that the errors
/// (of the scaling, and the distance of the number to Java's digits of it, each at most half a unit in the last place)
/// could matter, or a number so large that double(units) would not be exact.
inline std::optional<int64_t> CertainUnits(double magnitude, int digits) {
  constexpr double kErrorShare = 0x1p-51;
  constexpr double kLimit = 0x1p50;
  if (digits < -kExactPowers || digits > kExactPowers) return std::nullopt;
  const double scaled = digits < 0 ? magnitude / kPowersOfTen[-digits] : magnitude * kPowersOfTen[digits];
  if (!(scaled < kLimit)) return std::nullopt;
  const auto whole = static_cast<int64_t>(scaled);
  const double rest = scaled - static_cast<double>(whole);
  if (std::fabs(rest - 0.5) <= scaled * kErrorShare) return std::nullopt;
  return whole + (rest > 0.5 ? 1 : 0);
}

/// The float nearest to a number of which `value` is the nearest double. Nothing halfway between two floats, where the
/// double, itself rounded, does not tell which one is nearer; and for numbers that are subnormal as floats.
inline std::optional<float> NearestFloat(double value) {
  constexpr uint64_t kBelowFloat = (uint64_t{1} << 29) - 1;
  if ((std::bit_cast<uint64_t>(value) & kBelowFloat) == (uint64_t{1} << 28)) return std::nullopt;
  if (value != 0 && std::fabs(value) < 0x1p-126) return std::nullopt;
  return static_cast<float>(value);
}

}  // namespace firesteel::functions
