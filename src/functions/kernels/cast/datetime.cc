#include <cmath>
#include <limits>

#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/cast/caster.h"
#include "types/calendar.h"
#include "types/value_text.h"

namespace firesteel::functions {

namespace {

int64_t SaturatedMicros(int64_t seconds) {
  int64_t micros;
  if (!__builtin_mul_overflow(seconds, kMicrosPerSecond, &micros)) return micros;
  return seconds > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}

std::optional<int64_t> DateToTimestamp(CastState& state, int32_t days) {
  return state.zone().ToInstantMicros(days * kMicrosPerDay);
}
std::optional<int64_t> DateToNtz(CastState&, int32_t days) { return days * kMicrosPerDay; }
std::optional<int32_t> TimestampToDate(CastState& state, int64_t micros) {
  return static_cast<int32_t>(FloorDiv(state.zone().ToLocalMicros(micros), kMicrosPerDay));
}
std::optional<int32_t> NtzToDate(CastState&, int64_t micros) {
  return static_cast<int32_t>(FloorDiv(micros, kMicrosPerDay));
}
std::optional<int64_t> TimestampToNtz(CastState& state, int64_t micros) { return state.zone().ToLocalMicros(micros); }
std::optional<int64_t> NtzToTimestamp(CastState& state, int64_t micros) { return state.zone().ToInstantMicros(micros); }
std::optional<int64_t> TimestampToTime(CastState& state, int64_t micros) {
  return FloorMod(state.zone().ToLocalMicros(micros), kMicrosPerDay) * 1000;
}
std::optional<int64_t> NtzToTime(CastState&, int64_t micros) { return FloorMod(micros, kMicrosPerDay) * 1000; }

/// Times are of the session's current day.
std::optional<int64_t> TimeToNtz(CastState& state, int64_t nanos) {
  const int64_t now = state.zone().ToLocalMicros(state.now_micros());
  return now - FloorMod(now, kMicrosPerDay) + nanos / 1000;
}
std::optional<int64_t> TimeToTimestamp(CastState& state, int64_t nanos) {
  return state.zone().ToInstantMicros(*TimeToNtz(state, nanos));
}

/// A time cut to fewer digits of its second.
std::optional<int64_t> TimeToTime(CastState& state, int64_t nanos) {
  int64_t unit = 1;
  for (int digit = state.to->precision(); digit < 9; ++digit) unit *= 10;
  return nanos - nanos % unit;
}

/// Whole seconds since midnight.
template <class To>
std::optional<To> TimeToInteger(CastState& state, int64_t nanos) {
  const int64_t seconds = nanos / kNanosPerSecond;
  const auto narrowed = static_cast<To>(seconds);
  if (narrowed == seconds) return narrowed;
  return state.Overflow(LiteralSql(*state.from, Value{nanos}, "UTC"));
}

std::optional<int128_t> TimeToDecimal(CastState& state, int64_t nanos) {
  int128_t unscaled = 0;
  const WideDecimal value = WideDecimal::Of(nanos);
  if (value.Rescaled(9, state.to->scale()).Fits(state.to->precision(), unscaled)) return unscaled;
  return state.DecimalRange(value.Text(9));
}

CasterPtr FromTime(const DataType& from, const DataType& to) {
  switch (to.kind()) {
    case TypeKind::kTime:
      return MakeScalarCaster<TimeToTime>(from, to);
    case TypeKind::kTimestampNtz:
      return MakeScalarCaster<TimeToNtz>(from, to);
    case TypeKind::kByte:
      return MakeScalarCaster<TimeToInteger<int8_t>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<TimeToInteger<int16_t>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<TimeToInteger<int32_t>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<TimeToInteger<int64_t>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<TimeToDecimal>(from, to);
    default:
      return nullptr;
  }
}

template <class From>
std::optional<int64_t> IntegerToTimestamp(CastState&, From seconds) {
  return SaturatedMicros(seconds);
}

template <class From>
std::optional<int64_t> FloatingToTimestamp(CastState& state, From value) {
  double seconds = value;
  if (!std::isfinite(seconds)) {
    if (state.legacy()) return std::nullopt;
    std::string text = std::isnan(seconds) ? "NaN" : seconds > 0 ? "Infinity" : "-Infinity";
    return state.Fail("CAST_INVALID_INPUT",
                      {{"expression", text},
                       {"sourceType", "\"DOUBLE\""},
                       {"targetType", "\"TIMESTAMP\""},
                       {"ansiConfig", "\"spark.sql.ansi.enabled\""}},
                      ErrorClass::kDateTime, true);
  }
  double micros = seconds * static_cast<double>(kMicrosPerSecond);
  constexpr double kLimit = 9223372036854775808.0;
  if (micros >= -kLimit && micros < kLimit) return static_cast<int64_t>(micros);
  if (state.legacy()) return micros > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
  // Spark names the step that fails: microseconds that do not fit a BIGINT.
  return state.Fail("CAST_OVERFLOW",
                    {{"value", LiteralSql(DataType::Double(), Value{micros}, "UTC")},
                     {"sourceType", "\"DOUBLE\""},
                     {"targetType", "\"BIGINT\""},
                     {"ansiConfig", "\"spark.sql.ansi.enabled\""}},
                    ErrorClass::kArithmetic, false);
}

std::optional<int64_t> DecimalToTimestamp(CastState& state, int128_t value) {
  int scale = state.from->scale();
  WideInteger product = WideInteger::Product(Magnitude(value), static_cast<uint128_t>(kMicrosPerSecond));
  WideInteger remainder;
  WideInteger micros = product.Divide(WidePowerOfTen(scale), remainder);
  auto low = static_cast<int64_t>(micros.low);
  return value < 0 ? -low : low;
}

std::optional<int64_t> BooleanToTimestamp(CastState&, bool value) { return value ? 1 : 0; }

template <class To>
std::optional<To> TimestampToInteger(CastState& state, int64_t micros) {
  int64_t seconds = FloorDiv(micros, kMicrosPerSecond);
  auto narrowed = static_cast<To>(seconds);
  if (narrowed == seconds) return narrowed;
  return state.Overflow(LiteralSql(*state.from, Value{micros}, state.zone().id()));
}

template <class To>
std::optional<To> TimestampToFloating(CastState&, int64_t micros) {
  return static_cast<To>(static_cast<double>(micros) / static_cast<double>(kMicrosPerSecond));
}

std::optional<int128_t> TimestampToDecimal(CastState& state, int64_t micros) {
  int128_t unscaled = 0;
  WideDecimal value = WideDecimal::Of(micros);
  if (value.Rescaled(6, state.to->scale()).Fits(state.to->precision(), unscaled)) return unscaled;
  return state.DecimalRange(value.Text(6));
}

std::optional<bool> TimestampToBoolean(CastState&, int64_t micros) { return micros != 0; }

CasterPtr FromTimestamp(const DataType& from, const DataType& to) {
  switch (to.kind()) {
    case TypeKind::kDate:
      return MakeScalarCaster<TimestampToDate>(from, to);
    case TypeKind::kTimestampNtz:
      return MakeScalarCaster<TimestampToNtz>(from, to);
    case TypeKind::kTime:
      return MakeScalarCaster<TimestampToTime>(from, to);
    case TypeKind::kByte:
      return MakeScalarCaster<TimestampToInteger<int8_t>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<TimestampToInteger<int16_t>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<TimestampToInteger<int32_t>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<TimestampToInteger<int64_t>>(from, to);
    case TypeKind::kFloat:
      return MakeScalarCaster<TimestampToFloating<float>>(from, to);
    case TypeKind::kDouble:
      return MakeScalarCaster<TimestampToFloating<double>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<TimestampToDecimal>(from, to);
    case TypeKind::kBoolean:
      return MakeScalarCaster<TimestampToBoolean>(from, to);
    default:
      return nullptr;
  }
}

CasterPtr ToTimestamp(const DataType& from, const DataType& to) {
  switch (from.kind()) {
    case TypeKind::kBoolean:
      return MakeScalarCaster<BooleanToTimestamp>(from, to);
    case TypeKind::kByte:
      return MakeScalarCaster<IntegerToTimestamp<int8_t>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<IntegerToTimestamp<int16_t>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<IntegerToTimestamp<int32_t>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<IntegerToTimestamp<int64_t>>(from, to);
    case TypeKind::kFloat:
      return MakeScalarCaster<FloatingToTimestamp<float>>(from, to);
    case TypeKind::kDouble:
      return MakeScalarCaster<FloatingToTimestamp<double>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<DecimalToTimestamp>(from, to);
    case TypeKind::kDate:
      return MakeScalarCaster<DateToTimestamp>(from, to);
    case TypeKind::kTimestampNtz:
      return MakeScalarCaster<NtzToTimestamp>(from, to);
    case TypeKind::kTime:
      return MakeScalarCaster<TimeToTimestamp>(from, to);
    default:
      return nullptr;
  }
}

}  // namespace

CasterPtr MakeDatetimeCaster(const DataType& from, const DataType& to) {
  if (from.Is(TypeKind::kTimestamp)) return FromTimestamp(from, to);
  if (to.Is(TypeKind::kTimestamp)) return ToTimestamp(from, to);
  // Without ANSI Spark allows CAST(date AS number), which is always NULL.
  bool to_number = to.IsNumeric() || to.Is(TypeKind::kBoolean);
  if (from.Is(TypeKind::kDate) && to_number) return MakeNullCaster(from, to);
  if (from.Is(TypeKind::kDate) && to.Is(TypeKind::kTimestampNtz)) return MakeScalarCaster<DateToNtz>(from, to);
  if (from.Is(TypeKind::kTimestampNtz) && to.Is(TypeKind::kDate)) return MakeScalarCaster<NtzToDate>(from, to);
  if (from.Is(TypeKind::kTimestampNtz) && to.Is(TypeKind::kTime)) return MakeScalarCaster<NtzToTime>(from, to);
  if (from.Is(TypeKind::kTime)) return FromTime(from, to);
  return nullptr;
}

}  // namespace firesteel::functions
