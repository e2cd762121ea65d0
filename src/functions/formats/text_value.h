#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/int128.h"

/// Numbers and words in the texts of records, as Java reads them. Pure, thread-safe.
namespace firesteel::functions {

/// Integer.parseInt and Long.parseLong: a sign and digits, nothing else.
std::optional<int64_t> ParseJavaInteger(std::string_view text, int64_t least, int64_t greatest);
/// Double.parseDouble: white space around, NaN, Infinity, a suffix d or f, hexadecimal forms.
std::optional<double> ParseJavaReal(std::string_view text, bool as_float);
/// new BigDecimal(text), half up to the scale; nothing on other text or more than `precision` digits. `drop_commas`:
/// commas are left out first.
std::optional<int128_t> ParseJavaDecimal(std::string_view text, int precision, int scale, bool drop_commas);
/// true or false in any case.
std::optional<bool> ParseJavaBoolean(std::string_view text);

}  // namespace firesteel::functions
