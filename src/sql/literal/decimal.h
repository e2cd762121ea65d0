#pragma once

#include <cstdint>
#include <string_view>

#include "base/int128.h"

namespace firesteel::sql {

/// A decimal literal as Spark types it: 0.01 is DECIMAL(2,2), 1e3BD is DECIMAL(4,0).
struct DecimalText {
  int64_t precision = 0;  ///< above 38: `unscaled` is meaningless
  int64_t scale = 0;
  int128_t unscaled = 0;
};

/// `text` is [-]digits[.digits][E[±]digits], as the lexer makes it.
DecimalText ParseDecimalText(std::string_view text);

}  // namespace firesteel::sql
