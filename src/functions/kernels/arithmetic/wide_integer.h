#pragma once

#include <cstdint>
#include <string>

#include "base/int128.h"

/// Arithmetic of unscaled decimals that may pass 128 bits on the way.
namespace firesteel::functions {

/// An unsigned integer of 256 bits.
struct WideInteger {
  uint128_t high = 0;
  uint128_t low = 0;

  static WideInteger Of(uint128_t value) { return {0, value}; }
  static WideInteger Product(uint128_t a, uint128_t b);
  /// a × b; the product must fit.
  static WideInteger Product(const WideInteger& a, uint128_t b);

  bool IsZero() const { return high == 0 && low == 0; }
  int Compare(const WideInteger& other) const;
  WideInteger Plus(const WideInteger& other) const;
  WideInteger Minus(const WideInteger& other) const;  ///< other must not be larger
  /// Quotient; the remainder goes to `remainder`. `divisor` is not zero.
  WideInteger Divide(const WideInteger& divisor, WideInteger& remainder) const;
};

/// 10^exponent for 0 … 38.
uint128_t PowerOfTen(int exponent);
/// 10^exponent for 0 … 76.
WideInteger WidePowerOfTen(int exponent);

uint128_t Magnitude(int128_t value);

/// A decimal on its way: sign and magnitude at some scale.
struct WideDecimal {
  bool negative = false;
  WideInteger magnitude;

  static WideDecimal Of(int128_t unscaled) { return {unscaled < 0, WideInteger::Of(Magnitude(unscaled))}; }
  WideDecimal Plus(const WideDecimal& other) const;
  /// Moves from one scale to another; digits that fall away round half up (away from zero).
  WideDecimal Rescaled(int from_scale, int to_scale) const;
  /// Quotient of magnitudes rounded half up.
  WideDecimal DividedHalfUp(const WideDecimal& divisor) const;
  /// Whether it has at most `precision` digits; then `unscaled` is set.
  bool Fits(int precision, int128_t& unscaled) const;
  /// Plain text at a scale, for messages: "-12.30".
  std::string Text(int scale) const;
};

}  // namespace firesteel::functions
