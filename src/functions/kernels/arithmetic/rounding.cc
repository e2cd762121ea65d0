#include <cmath>
#include <limits>

#include "base/java_text.h"
#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/arithmetic/rounding.h"
#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/cast/caster.h"
#include "functions/kernels/kernels.h"

/// round, bround, ceil, floor: exact in decimal digits. Floating numbers are rounded in the digits of their shortest
/// text, as Java's BigDecimal.valueOf(double) has them.
namespace firesteel::functions {

namespace {

/// Rounds at 10^drop; the result counts units of that power.
WideDecimal DropDigits(const WideDecimal& value, int drop, Rounding rounding) {
  if (drop <= 0) return value;
  if (drop > 76) drop = 76;
  WideInteger unit = WidePowerOfTen(drop);
  WideInteger remainder;
  WideInteger quotient = value.magnitude.Divide(unit, remainder);
  int half = remainder.Compare(unit.Minus(remainder));
  bool up = false;
  switch (rounding) {
    case Rounding::kHalfUp:
      up = half >= 0;
      break;
    case Rounding::kHalfEven:
      up = half > 0 || (half == 0 && (quotient.low & 1) != 0);
      break;
    case Rounding::kCeiling:
      up = !value.negative && !remainder.IsZero();
      break;
    case Rounding::kFloor:
      up = value.negative && !remainder.IsZero();
      break;
  }
  if (up) quotient = quotient.Plus(WideInteger::Of(1));
  return {value.negative, quotient};
}

constexpr int kLongDigits = 18;  // powers of ten up to this one are longs

/// A decimal of `from_scale` rounded to `digits`, then brought to the result's type.
template <Rounding kRounding>
std::optional<int128_t> RoundDecimal(Row& row, int128_t value, int32_t digits) {
  const DataType& type = row.call().result_type;
  int from_scale = row.call().argument_types[0].scale();
  int drop = from_scale - digits;
  if (drop > 0 && drop <= kLongDigits && digits == type.scale() && type.precision() <= kLongDigits &&
      static_cast<int64_t>(value) == value) {
    const auto unit = static_cast<int64_t>(PowerOfTen(drop));
    const int64_t rounded = RoundedQuotient<kRounding>(static_cast<int64_t>(value), unit);
    const auto limit = static_cast<int64_t>(PowerOfTen(type.precision()));
    if (rounded < limit && rounded > -limit) return rounded;
  }
  WideDecimal rounded = DropDigits(WideDecimal::Of(value), drop, kRounding);
  if (rounded.magnitude.IsZero()) return int128_t{0};
  const WideDecimal shortest = rounded;
  int scale = drop > 0 ? digits : from_scale;
  int128_t unscaled = 0;
  bool fits = type.scale() - scale <= 76;
  if (fits && type.scale() > scale) {
    WideInteger factor = WidePowerOfTen(std::min(type.scale() - scale, 38));
    rounded.magnitude = WideInteger::Product(rounded.magnitude, factor.low);
    scale = type.scale();
  }
  if (fits && rounded.Rescaled(scale, type.scale()).Fits(type.precision(), unscaled)) return unscaled;
  if (drop > 0 && digits < 0 && (kRounding == Rounding::kCeiling || kRounding == Rounding::kFloor)) {
    // Spark makes a decimal of one digit and many zeros here, which fails with ANSI off, too.
    const int128_t unit = static_cast<int128_t>(shortest.magnitude.low) * (shortest.negative ? -1 : 1);
    return row.Fail("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
                    {{"roundedValue", Int128Text(unit) + std::string(static_cast<size_t>(-digits), '0')},
                     {"originalValue", DecimalText(unit, digits)},
                     {"precision", std::to_string(type.precision())},
                     {"scale", std::to_string(type.scale())}},
                    ErrorClass::kArithmetic, false);
  }
  return FailDecimalRange(row, rounded.Text(std::max(scale, 0)), type.precision(), type.scale());
}

template <Rounding kRounding, class T>
std::optional<T> RoundInteger(Row& row, T value, int32_t digits) {
  if (digits >= 0) return value;
  if (digits < -38) return T{0};
  if (digits >= -kLongDigits) {
    const auto unit = static_cast<int64_t>(PowerOfTen(-digits));
    const int64_t units = RoundedQuotient<kRounding>(static_cast<int64_t>(value), unit);
    int64_t rounded;
    if (!__builtin_mul_overflow(units, unit, &rounded) && static_cast<T>(rounded) == rounded) {
      return static_cast<T>(rounded);
    }
  }
  WideDecimal rounded = DropDigits(WideDecimal::Of(value), -digits, kRounding);
  rounded.magnitude = WideInteger::Product(rounded.magnitude, PowerOfTen(-digits));
  int128_t result = 0;
  bool fits = rounded.Fits(38, result) && static_cast<T>(result) == result;
  if (fits || row.mode() == EvalMode::kLegacy) return static_cast<T>(result);
  return FailOverflow(row, "Overflow", "");
}

/// In the digits that Java has of the number as a double (of a float, too), whatever they are.
template <Rounding kRounding, class T>
T RoundDigits(T value, int32_t digits) {
  const JavaDigits shown = JavaDoubleDigits(value);
  // Java shows one digit behind the point at least.
  const int64_t drop = -static_cast<int64_t>(shown.digits == 0 ? -1 : shown.exponent) - digits;
  if (drop <= 0) return value;
  // At most 18 digits: more dropped than there are leaves zero, or one unit.
  const WideDecimal exact{std::signbit(value), WideInteger::Of(shown.digits)};
  WideDecimal rounded = DropDigits(exact, static_cast<int>(std::min<int64_t>(drop, 60)), kRounding);
  std::string result = rounded.Text(0) + "E" + std::to_string(-static_cast<int64_t>(digits));
  return static_cast<T>(ParseJavaDouble(result, sizeof(T) == 4).value_or(0));
}

/// Where the digits need not be known, one exact division makes the result.
template <Rounding kRounding, class T>
T RoundFloating(T value, int32_t digits) {
  static_assert(kRounding == Rounding::kHalfUp || kRounding == Rounding::kHalfEven);
  if (!std::isfinite(value)) return value;
  if (value == 0) return 0;  // BigDecimal has no negative zero
  const double magnitude = std::fabs(static_cast<double>(value));
  const std::optional<int64_t> units = CertainUnits(magnitude, digits);
  if (!units) return RoundDigits<kRounding>(value, digits);
  if (*units == 0) return 0;
  const auto count = static_cast<double>(*units);
  const double rounded = digits < 0 ? count * kPowersOfTen[-digits] : count / kPowersOfTen[digits];
  if constexpr (sizeof(T) == sizeof(double)) {
    return std::copysign(rounded, value);
  } else {
    const std::optional<float> nearest = NearestFloat(rounded);
    return nearest ? std::copysign(*nearest, value) : RoundDigits<kRounding>(value, digits);
  }
}

template <Rounding kRounding>
void RunRound(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kByte:
      return RunRows<RoundInteger<kRounding, int8_t>>(context, arguments, rows, result);
    case TypeKind::kShort:
      return RunRows<RoundInteger<kRounding, int16_t>>(context, arguments, rows, result);
    case TypeKind::kInt:
      return RunRows<RoundInteger<kRounding, int32_t>>(context, arguments, rows, result);
    case TypeKind::kLong:
      return RunRows<RoundInteger<kRounding, int64_t>>(context, arguments, rows, result);
    case TypeKind::kFloat:
      return RunRows<RoundFloating<kRounding, float>>(context, arguments, rows, result);
    case TypeKind::kDouble:
      return RunRows<RoundFloating<kRounding, double>>(context, arguments, rows, result);
    default:
      return RunRows<RoundDecimal<kRounding>>(context, arguments, rows, result);
  }
}

/// A double's ceiling or floor as a long; Java's cast saturates and makes NaN 0.
int64_t Saturated(double value) {
  if (std::isnan(value)) return 0;
  if (value >= 9223372036854775808.0) return std::numeric_limits<int64_t>::max();
  if (value <= -9223372036854775808.0) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(value);
}
std::optional<int64_t> ToLong(Row& row, double whole) {
  int64_t result = Saturated(whole);
  // ANSI refuses what a long does not hold; NaN is 0 all the same.
  bool fits = !(whole >= 9223372036854775808.0 || whole < -9223372036854775808.0);
  if (fits || row.mode() == EvalMode::kLegacy) return result;
  return FailOverflow(row, "overflow", "");
}

constexpr double kCertainlyLong = 9.2e18;  // whole numbers up to it are longs

std::optional<int64_t> CeilDouble(Row& row, double value) {
  if (!(std::fabs(value) < kCertainlyLong)) return ToLong(row, std::ceil(value));
  const auto whole = static_cast<int64_t>(value);
  return whole + (static_cast<double>(whole) < value ? 1 : 0);
}
std::optional<int64_t> FloorDouble(Row& row, double value) {
  if (!(std::fabs(value) < kCertainlyLong)) return ToLong(row, std::floor(value));
  const auto whole = static_cast<int64_t>(value);
  return whole - (static_cast<double>(whole) > value ? 1 : 0);
}
int64_t Same(int64_t value) { return value; }

template <Rounding kRounding>
std::optional<int128_t> WholeDecimal(Row& row, int128_t value) {
  return RoundDecimal<kRounding>(row, value, 0);
}

template <Rounding kRounding, auto kDouble>
void RunWhole(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& type = context.call().argument_types[0];
  if (arguments.size() == 2) return RunRows<RoundDecimal<kRounding>>(context, arguments, rows, result);
  if (type.Is(TypeKind::kDouble)) return RunRows<kDouble>(context, arguments, rows, result);
  if (type.Is(TypeKind::kDecimal)) return RunRows<WholeDecimal<kRounding>>(context, arguments, rows, result);
  RunRows<Same>(context, arguments, rows, result);
}

}  // namespace

const Kernel kRound{RunRound<Rounding::kHalfUp>, nullptr, true};
const Kernel kBround{RunRound<Rounding::kHalfEven>, nullptr, true};
const Kernel kCeil{RunWhole<Rounding::kCeiling, CeilDouble>, nullptr, true};
const Kernel kFloor{RunWhole<Rounding::kFloor, FloorDouble>, nullptr, true};

}  // namespace firesteel::functions
