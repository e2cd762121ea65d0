#include <limits>

#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/cast/caster.h"
#include "types/calendar.h"
#include "types/value_text.h"

namespace firesteel::functions {

namespace {

/// What one of the interval's last field counts: months or microseconds.
int64_t Unit(const DataType& interval) {
  if (interval.Is(TypeKind::kYearMonthInterval)) return interval.end_field() == IntervalField::kYear ? 12 : 1;
  switch (interval.end_field()) {
    case IntervalField::kDay:
      return kMicrosPerDay;
    case IntervalField::kHour:
      return kMicrosPerHour;
    case IntervalField::kMinute:
      return kMicrosPerMinute;
    default:
      return kMicrosPerSecond;
  }
}

/// Fields that the target lacks are cut off.
template <class T>
std::optional<T> CutFields(CastState& state, T value) {
  int64_t unit = Unit(*state.to);
  bool has_seconds = state.to->Is(TypeKind::kDayTimeInterval) && state.to->end_field() == IntervalField::kSecond;
  return static_cast<T>(has_seconds ? value : value - value % unit);
}

template <class From, class To>
std::optional<To> IntervalToInteger(CastState& state, From value) {
  int64_t count = value / Unit(*state.from);
  auto narrowed = static_cast<To>(count);
  if (narrowed == count) return narrowed;
  return state.OverflowAlways(LiteralSql(*state.from, Value{static_cast<int64_t>(value)}, "UTC"));
}

template <class From>
std::optional<int128_t> IntervalToDecimal(CastState& state, From value) {
  WideDecimal scaled = WideDecimal::Of(static_cast<int128_t>(value) * 1'000'000 / Unit(*state.from));
  int128_t unscaled = 0;
  if (scaled.Rescaled(6, state.to->scale()).Fits(state.to->precision(), unscaled)) return unscaled;
  return state.DecimalRangeAlways(scaled.Text(6));
}

template <class From, class To>
std::optional<To> IntegerToInterval(CastState& state, From value) {
  int64_t count;
  bool overflow = __builtin_mul_overflow(static_cast<int64_t>(value), Unit(*state.to), &count);
  if (!overflow && static_cast<To>(count) == count) return static_cast<To>(count);
  return state.OverflowAlways(LiteralSql(*state.from, Value{static_cast<int64_t>(value)}, "UTC"));
}

template <class To>
std::optional<To> DecimalToInterval(CastState& state, int128_t value) {
  WideDecimal product{value < 0, WideInteger::Product(Magnitude(value), static_cast<uint128_t>(Unit(*state.to)))};
  int128_t count = 0;
  bool fits = product.Rescaled(state.from->scale(), 0).Fits(38, count);
  if (fits && static_cast<To>(count) == count) return static_cast<To>(count);
  return state.OverflowAlways(WideDecimal::Of(value).Text(state.from->scale()) + "BD");
}

template <class From>
CasterPtr FromInterval(const DataType& from, const DataType& to) {
  switch (to.kind()) {
    case TypeKind::kByte:
      return MakeScalarCaster<IntervalToInteger<From, int8_t>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<IntervalToInteger<From, int16_t>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<IntervalToInteger<From, int32_t>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<IntervalToInteger<From, int64_t>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<IntervalToDecimal<From>>(from, to);
    default:
      return nullptr;
  }
}

template <class To>
CasterPtr ToInterval(const DataType& from, const DataType& to) {
  switch (from.kind()) {
    case TypeKind::kByte:
      return MakeScalarCaster<IntegerToInterval<int8_t, To>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<IntegerToInterval<int16_t, To>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<IntegerToInterval<int32_t, To>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<IntegerToInterval<int64_t, To>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<DecimalToInterval<To>>(from, to);
    default:
      return nullptr;
  }
}

}  // namespace

CasterPtr MakeIntervalCaster(const DataType& from, const DataType& to) {
  if (from.Is(TypeKind::kYearMonthInterval) && to.Is(TypeKind::kYearMonthInterval)) {
    return MakeScalarCaster<CutFields<int32_t>>(from, to);
  }
  if (from.Is(TypeKind::kDayTimeInterval) && to.Is(TypeKind::kDayTimeInterval)) {
    return MakeScalarCaster<CutFields<int64_t>>(from, to);
  }
  if (from.Is(TypeKind::kYearMonthInterval)) return FromInterval<int32_t>(from, to);
  if (from.Is(TypeKind::kDayTimeInterval)) return FromInterval<int64_t>(from, to);
  if (to.Is(TypeKind::kYearMonthInterval)) return ToInterval<int32_t>(from, to);
  if (to.Is(TypeKind::kDayTimeInterval)) return ToInterval<int64_t>(from, to);
  return nullptr;
}

}  // namespace firesteel::functions
