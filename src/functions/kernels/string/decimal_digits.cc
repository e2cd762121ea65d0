#include "functions/kernels/string/decimal_digits.h"

#include <cmath>

#include "functions/kernels/arithmetic/wide_integer.h"

namespace firesteel::functions {

bool IncrementDigits(std::string& digits) {
  for (size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return false;
    }
    digits[i] = '0';
  }
  digits.insert(0, 1, '1');
  return true;
}

std::optional<uint64_t> NearestScaled(double magnitude, int32_t places) {
  if (places < 0 || places > 15) return std::nullopt;
  const double scaled = magnitude * static_cast<double>(PowerOfTen(places));
  constexpr double kMost = 1ull << 48;
  if (!(scaled < kMost)) return std::nullopt;
  const auto whole = static_cast<uint64_t>(scaled);
  const double above_half = scaled - static_cast<double>(whole) - 0.5;
  // The product is off by half a unit in its last place at most, Java's text by a unit in the double's.
  constexpr double kDoubt = 1.0 / static_cast<double>(1ull << 50);
  if (std::fabs(above_half) <= scaled * kDoubt) return std::nullopt;
  return whole + (above_half > 0 ? 1 : 0);
}

}  // namespace firesteel::functions
