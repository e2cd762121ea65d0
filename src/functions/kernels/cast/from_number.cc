#include <cmath>
#include <limits>

#include "base/java_text.h"
#include "functions/kernels/arithmetic/rounding.h"
#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/cast/caster.h"
#include "types/value_text.h"

namespace firesteel::functions {

namespace {

std::string IntegerLiteral(const CastState& state, int128_t value) {
  return LiteralSql(*state.from, Value{static_cast<int64_t>(value)}, "UTC");
}

template <class To, class From>
std::optional<To> IntegerToInteger(CastState& state, From value) {
  auto narrowed = static_cast<To>(value);
  if (narrowed == value || state.legacy()) return narrowed;
  if (state.is_silent()) return std::nullopt;
  return state.Overflow(IntegerLiteral(state, value));
}

std::string FloatingLiteral(const CastState& state, double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return LiteralSql(*state.from, Value{value}, "UTC");
}

/// Towards zero. ANSI: the rounded value must lie in the range. Legacy: Java's saturating cast, through int for the
/// small types.
template <class To, class From>
std::optional<To> FloatingToInteger(CastState& state, From value) {
  constexpr double kLow = static_cast<double>(std::numeric_limits<To>::min());
  constexpr double kHigh = static_cast<double>(std::numeric_limits<To>::max());
  double d = value;
  if (state.legacy()) {
    using Wide = std::conditional_t<sizeof(To) == 8, int64_t, int32_t>;
    if (std::isnan(d)) return To{0};
    if (d >= static_cast<double>(std::numeric_limits<Wide>::max()))
      return static_cast<To>(std::numeric_limits<Wide>::max());
    if (d <= static_cast<double>(std::numeric_limits<Wide>::min()))
      return static_cast<To>(std::numeric_limits<Wide>::min());
    return static_cast<To>(static_cast<Wide>(d));
  }
  // For long the greatest double of the range is below 2^63.
  bool in_range = sizeof(To) == 8 ? (d >= kLow && d < -kLow) : (std::floor(d) <= kHigh && std::ceil(d) >= kLow);
  if (in_range) return static_cast<To>(d);
  if (state.is_silent()) return std::nullopt;
  return state.Overflow(FloatingLiteral(state, d));
}

constexpr int kLongDigits = 18;  // powers of ten up to this one are longs
constexpr int kMaxDigits = 38;

bool FitsLong(int128_t value) { return static_cast<int64_t>(value) == value; }

template <class To>
std::optional<To> DecimalToInteger(CastState& state, int128_t value) {
  const int scale = state.from->scale();
  const auto unit = static_cast<int128_t>(PowerOfTen(scale));
  const int128_t whole =
      scale <= kLongDigits && FitsLong(value) ? static_cast<int64_t>(value) / static_cast<int64_t>(unit) : value / unit;
  bool in_range = whole >= std::numeric_limits<To>::min() && whole <= std::numeric_limits<To>::max();
  if (in_range || state.legacy()) return static_cast<To>(whole);
  if (state.is_silent()) return std::nullopt;
  return state.Overflow(DecimalPlainText(value, scale) + "BD");
}

/// The nearest number of the type. Where digits and power of ten are both exact, one division makes it.
template <class To>
std::optional<To> DecimalToFloating(CastState& state, int128_t value) {
  const int scale = state.from->scale();
  constexpr int64_t kExactDigits = int64_t{1} << 53;
  if (value < kExactDigits && value > -kExactDigits && scale <= kExactPowers) {
    const double quotient = static_cast<double>(static_cast<int64_t>(value)) / kPowersOfTen[scale];
    if constexpr (sizeof(To) == sizeof(double)) return quotient;
    if (const std::optional<float> nearest = NearestFloat(quotient)) return static_cast<To>(*nearest);
  }
  char text[kDecimalRoom];
  const std::string_view digits(text, WriteDecimal(value, scale, text));
  return static_cast<To>(ParseJavaDouble(digits, sizeof(To) == 4).value_or(0));
}

std::optional<int128_t> Rescale(CastState& state, const WideDecimal& value, int scale) {
  int128_t unscaled = 0;
  const int precision = state.to->precision();
  // A decimal of no digits holds the 0 of a whole number only: Java counts one digit in any other 0.
  if (precision > 0 && value.Rescaled(scale, state.to->scale()).Fits(precision, unscaled)) return unscaled;
  if (state.is_silent()) return std::nullopt;
  return state.DecimalRange(value.Text(scale));
}

bool HasDigits(int128_t value, int precision) {
  const auto limit = static_cast<int128_t>(PowerOfTen(precision));
  return value < limit && value > -limit;
}

template <class From>
std::optional<int128_t> IntegerToDecimal(CastState& state, From value) {
  const int scale = state.to->scale();
  if (scale <= kLongDigits) {
    const int128_t unscaled = static_cast<int128_t>(value) * static_cast<int128_t>(PowerOfTen(scale));
    if (HasDigits(unscaled, state.to->precision())) return unscaled;
  }
  return Rescale(state, WideDecimal::Of(value), 0);
}

std::optional<int128_t> DecimalToDecimal(CastState& state, int128_t value) {
  const int shift = state.to->scale() - state.from->scale();
  int128_t unscaled = 0;
  bool is_made = false;
  if (state.to->precision() == 0) return Rescale(state, WideDecimal::Of(value), state.from->scale());
  if (shift >= 0) {
    is_made = state.from->precision() + shift <= kMaxDigits;
    if (is_made) unscaled = value * static_cast<int128_t>(PowerOfTen(shift));
  } else {
    const auto unit = static_cast<int128_t>(PowerOfTen(-shift));
    is_made = shift >= -kLongDigits;
    if (is_made && FitsLong(value)) {
      unscaled = RoundedQuotient<Rounding::kHalfUp>(static_cast<int64_t>(value), static_cast<int64_t>(unit));
    } else if (is_made) {
      unscaled = RoundedQuotient<Rounding::kHalfUp>(value, unit);
    }
  }
  if (is_made && HasDigits(unscaled, state.to->precision())) return unscaled;
  return Rescale(state, WideDecimal::Of(value), state.from->scale());
}

/// Through the shortest text of the double, as Scala's BigDecimal(double).
template <class From>
std::optional<int128_t> FloatingToDecimal(CastState& state, From value) {
  const double d = value;
  if (!std::isfinite(d)) return std::nullopt;
  const int precision = state.to->precision();
  const int scale = state.to->scale();
  const double magnitude = std::fabs(d);
  if (const std::optional<int64_t> units = CertainUnits(magnitude, scale)) {
    if (precision > 0 && HasDigits(*units, precision)) return std::signbit(d) ? -*units : *units;
  }
  const JavaDigits digits = JavaDoubleDigits(d);
  if (const std::optional<uint128_t> units = MagnitudeAtScale(digits.digits, digits.exponent, precision, scale)) {
    return std::signbit(d) ? -static_cast<int128_t>(*units) : static_cast<int128_t>(*units);
  }
  if (state.is_silent()) return std::nullopt;
  return state.DecimalRange(PlainText(*ParseDecimalText(JavaDoubleText(d))));
}

template <class From>
std::optional<bool> ToBoolean(CastState&, From value) {
  return value != 0;
}
template <class To>
std::optional<To> FromBoolean(CastState&, bool value) {
  return static_cast<To>(value);
}
std::optional<int128_t> BooleanToDecimal(CastState& state, bool value) {
  return Rescale(state, WideDecimal::Of(value ? 1 : 0), 0);
}
template <class To, class From>
std::optional<To> Plain(CastState&, From value) {
  return static_cast<To>(value);
}

/// Bytes of an integer, most significant first.
template <class From>
std::optional<std::string> IntegerToBinary(CastState&, From value) {
  std::string bytes(sizeof(From), '\0');
  for (size_t i = 0; i < sizeof(From); ++i) {
    bytes[sizeof(From) - 1 - i] = static_cast<char>((static_cast<uint64_t>(value) >> (8 * i)) & 0xFF);
  }
  return bytes;
}

template <class From>
CasterPtr FromInteger(const DataType& from, const DataType& to) {
  switch (to.kind()) {
    case TypeKind::kByte:
      return MakeScalarCaster<IntegerToInteger<int8_t, From>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<IntegerToInteger<int16_t, From>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<IntegerToInteger<int32_t, From>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<IntegerToInteger<int64_t, From>>(from, to);
    case TypeKind::kFloat:
      return MakeScalarCaster<Plain<float, From>>(from, to);
    case TypeKind::kDouble:
      return MakeScalarCaster<Plain<double, From>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<IntegerToDecimal<From>>(from, to);
    case TypeKind::kBoolean:
      return MakeScalarCaster<ToBoolean<From>>(from, to);
    case TypeKind::kBinary:
      return MakeScalarCaster<IntegerToBinary<From>>(from, to);
    default:
      return nullptr;
  }
}

template <class From>
CasterPtr FromFloating(const DataType& from, const DataType& to) {
  switch (to.kind()) {
    case TypeKind::kByte:
      return MakeScalarCaster<FloatingToInteger<int8_t, From>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<FloatingToInteger<int16_t, From>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<FloatingToInteger<int32_t, From>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<FloatingToInteger<int64_t, From>>(from, to);
    case TypeKind::kFloat:
      return MakeScalarCaster<Plain<float, From>>(from, to);
    case TypeKind::kDouble:
      return MakeScalarCaster<Plain<double, From>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<FloatingToDecimal<From>>(from, to);
    case TypeKind::kBoolean:
      return MakeScalarCaster<ToBoolean<From>>(from, to);
    default:
      return nullptr;
  }
}

CasterPtr FromDecimal(const DataType& from, const DataType& to) {
  switch (to.kind()) {
    case TypeKind::kByte:
      return MakeScalarCaster<DecimalToInteger<int8_t>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<DecimalToInteger<int16_t>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<DecimalToInteger<int32_t>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<DecimalToInteger<int64_t>>(from, to);
    case TypeKind::kFloat:
      return MakeScalarCaster<DecimalToFloating<float>>(from, to);
    case TypeKind::kDouble:
      return MakeScalarCaster<DecimalToFloating<double>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<DecimalToDecimal>(from, to);
    case TypeKind::kBoolean:
      return MakeScalarCaster<ToBoolean<int128_t>>(from, to);
    default:
      return nullptr;
  }
}

CasterPtr FromBoolean(const DataType& from, const DataType& to) {
  switch (to.kind()) {
    case TypeKind::kByte:
      return MakeScalarCaster<FromBoolean<int8_t>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<FromBoolean<int16_t>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<FromBoolean<int32_t>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<FromBoolean<int64_t>>(from, to);
    case TypeKind::kFloat:
      return MakeScalarCaster<FromBoolean<float>>(from, to);
    case TypeKind::kDouble:
      return MakeScalarCaster<FromBoolean<double>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<BooleanToDecimal>(from, to);
    case TypeKind::kBoolean:
      return MakeScalarCaster<FromBoolean<bool>>(from, to);
    default:
      return nullptr;
  }
}

}  // namespace

CasterPtr MakeNumberCaster(const DataType& from, const DataType& to) {
  switch (from.kind()) {
    case TypeKind::kBoolean:
      return FromBoolean(from, to);
    case TypeKind::kByte:
      return FromInteger<int8_t>(from, to);
    case TypeKind::kShort:
      return FromInteger<int16_t>(from, to);
    case TypeKind::kInt:
      return FromInteger<int32_t>(from, to);
    case TypeKind::kLong:
      return FromInteger<int64_t>(from, to);
    case TypeKind::kFloat:
      return FromFloating<float>(from, to);
    case TypeKind::kDouble:
      return FromFloating<double>(from, to);
    case TypeKind::kDecimal:
      return FromDecimal(from, to);
    default:
      return nullptr;
  }
}

}  // namespace firesteel::functions
