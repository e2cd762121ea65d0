#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/int128.h"

namespace firesteel {

/// Java's Double.toString and Float.toString as the JDK 17 prints them: "1.0", "1.0E10", "2.0E-3", "NaN", "-Infinity".
std::string JavaDoubleText(double value);
std::string JavaFloatText(float value);
/// The same into `out`, which has room for kJavaNumberRoom bytes; answers how many were written.
constexpr size_t kJavaNumberRoom = 32;
size_t WriteJavaDouble(double value, char* out);
size_t WriteJavaFloat(float value, char* out);

/// The digits that those texts have: the number's magnitude is digits × 10^exponent as Java's
/// BigDecimal.valueOf(double) takes it, apart from zeros at its end. At most 18 digits.
struct JavaDigits {
  uint64_t digits = 0;
  int exponent = 0;
};
/// Of a finite number.
JavaDigits JavaDoubleDigits(double value);

/// BigDecimal.toPlainString: "-12.30"; `scale` digits after the point.
std::string DecimalPlainText(int128_t unscaled, int scale);
/// The same into `out` for a scale of 0 to 38; `out` has room for kDecimalRoom bytes. Answers how many were written.
constexpr size_t kDecimalRoom = 44;
size_t WriteDecimal(int128_t unscaled, int scale, char* out);
/// BigDecimal.toString: as above, but "1E-7"-like exponents where Java uses them (adjusted exponent below -6).
std::string DecimalText(int128_t unscaled, int scale);

/// A signed 128-bit integer in decimal.
std::string Int128Text(int128_t value);

}  // namespace firesteel
