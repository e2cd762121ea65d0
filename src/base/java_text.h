#pragma once

#include <string>
#include <string_view>

#include "base/int128.h"

namespace firesteel {

/// Java's Double.toString and Float.toString as the JDK 17 prints them: "1.0", "1.0E10", "2.0E-3", "NaN", "-Infinity".
std::string JavaDoubleText(double value);
std::string JavaFloatText(float value);

/// BigDecimal.toPlainString: "-12.30"; `scale` digits after the point.
std::string DecimalPlainText(int128_t unscaled, int scale);
/// BigDecimal.toString: as above, but "1E-7"-like exponents where Java uses them (adjusted exponent below -6).
std::string DecimalText(int128_t unscaled, int scale);

/// A signed 128-bit integer in decimal.
std::string Int128Text(int128_t value);

}  // namespace firesteel
