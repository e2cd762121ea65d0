#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>
#include <string_view>

#include "base/error.h"
#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

namespace {

/// A Java BigDecimal: digits without leading zeros (at least one), sign, scale (may be negative).
struct BigDecimal {
  std::string digits;
  bool negative = false;
  int64_t scale = 0;
};

[[noreturn]] void Malformed(const std::string& text) {
  ThrowInvalidPlan("ASSERTION_FAILURE", {{"message", "'" + text + "' is not a decimal number"}});
}

BigDecimal ParseBigDecimal(const std::string& text) {
  BigDecimal result;
  std::string_view rest = text;
  if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
    result.negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  int64_t exponent = 0;
  if (size_t e = rest.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view power = rest.substr(e + 1);
    if (!power.empty() && power.front() == '+') power.remove_prefix(1);
    auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (error != std::errc() || end != power.data() + power.size() || exponent > 1000 || exponent < -1000) {
      Malformed(text);
    }
    rest = rest.substr(0, e);
  }
  bool in_fraction = false;
  bool any = false;
  for (char c : rest) {
    if (c == '.' && !in_fraction) {
      in_fraction = true;
    } else if (std::isdigit(static_cast<unsigned char>(c))) {
      any = true;
      result.scale += in_fraction ? 1 : 0;
      if (c != '0' || !result.digits.empty()) result.digits.push_back(c);
    } else {
      Malformed(text);
    }
  }
  if (!any) Malformed(text);
  if (result.digits.empty()) result.digits = "0";
  result.scale -= exponent;
  if (result.digits.size() > 2000) Malformed(text);
  return result;
}

}  // namespace

TypedValue DecodeDecimalLiteral(const proto::Expression::Literal::Decimal& decimal) {
  BigDecimal number = ParseBigDecimal(decimal.value());
  if (number.scale < 0) {
    if (number.digits != "0") number.digits.append(static_cast<size_t>(-number.scale), '0');
    number.scale = 0;
  }
  // Spark widens what the value needs to what the client said, never the other way.
  int64_t precision = static_cast<int64_t>(number.digits.size());
  int64_t scale = number.scale;
  if (decimal.has_precision()) precision = std::max<int64_t>(precision, decimal.precision());
  if (decimal.has_scale()) scale = std::max<int64_t>(scale, decimal.scale());
  precision = std::max(precision, scale);
  if (precision > 38) {
    throw QueryError("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
                     {{"precision", std::to_string(precision)}, {"maxPrecision", "38"}}, nullptr,
                     ErrorClass::kArithmetic);
  }
  const int64_t added = scale - number.scale;
  if (number.digits != "0" && static_cast<int64_t>(number.digits.size()) + added > 38) {
    throw QueryError(
        "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
        {{"precision", std::to_string(static_cast<int64_t>(number.digits.size()) + added)}, {"maxPrecision", "38"}},
        nullptr, ErrorClass::kArithmetic);
  }
  int128_t unscaled = 0;
  for (char c : number.digits) unscaled = unscaled * 10 + (c - '0');
  for (int64_t i = 0; i < added; ++i) unscaled *= 10;
  if (number.negative) unscaled = -unscaled;
  return {DataType::Decimal(static_cast<int>(precision), static_cast<int>(scale)), Value{unscaled}};
}

}  // namespace firesteel::connect
