#include "sql/literal/decimal.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace firesteel::sql {

DecimalText ParseDecimalText(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int64_t exponent = 0;
  if (size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    // More than any number of digits that fits in memory.
    if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec != std::errc()) {
      exponent = digits.starts_with('-') ? -1'000'000'000'000 : 1'000'000'000'000;
    }
    text = text.substr(0, e);
  }
  std::string digits;
  int64_t fraction = 0;
  if (size_t point = text.find('.'); point != std::string_view::npos) {
    fraction = static_cast<int64_t>(text.size() - point - 1);
    digits = std::string(text.substr(0, point)) + std::string(text.substr(point + 1));
  } else {
    digits = std::string(text);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  DecimalText result;
  result.scale = fraction - exponent;
  result.precision = std::max<int64_t>(1, static_cast<int64_t>(digits.size()));
  // A negative scale is not allowed: the zeros become digits.
  if (result.scale < 0) {
    if (digits.empty()) {
      result.precision = 1 - result.scale;
    } else {
      result.precision -= result.scale;
      if (result.precision <= 38) digits.append(static_cast<size_t>(-result.scale), '0');
    }
    result.scale = 0;
  }
  result.precision = std::max(result.precision, result.scale);
  if (result.precision > 38) return result;
  for (char c : digits) result.unscaled = result.unscaled * 10 + (c - '0');
  if (negative) result.unscaled = -result.unscaled;
  return result;
}

}  // namespace firesteel::sql
