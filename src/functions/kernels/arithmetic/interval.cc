#include <cmath>
#include <limits>

#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/kernels.h"
#include "types/calendar.h"

/// Intervals times and by numbers. Integers and decimals are exact, rounded half up; floating numbers go through
/// double.
namespace firesteel::functions {

namespace {

std::nullopt_t FailInterval(Row& row, std::string_view suggested) {
  return row.Fail("INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION",
                  {{"functionName", "`" + std::string(suggested) + "`"}}, ErrorClass::kArithmetic);
}

std::nullopt_t FailZero(Row& row) { return row.Fail("INTERVAL_DIVIDED_BY_ZERO", {}, ErrorClass::kArithmetic); }

template <class T>
std::optional<T> Fit(Row& row, int128_t value, std::string_view suggested) {
  if (value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max()) return static_cast<T>(value);
  return FailInterval(row, suggested);
}

template <class T>
std::optional<T> FitRounded(Row& row, double value, std::string_view suggested) {
  // Java's RoundingMode.HALF_UP, away from zero.
  double rounded = std::round(value);
  constexpr double kLimit = static_cast<double>(std::numeric_limits<T>::max());
  if (!(rounded >= -kLimit - 1 && rounded <= kLimit)) return FailInterval(row, suggested);
  return static_cast<T>(rounded);
}

template <class T>
std::optional<T> Times(Row& row, T interval, int64_t number) {
  return Fit<T>(row, static_cast<int128_t>(interval) * number, "try_multiply");
}
template <class T>
std::optional<T> TimesDouble(Row& row, T interval, double number) {
  return FitRounded<T>(row, static_cast<double>(interval) * number, "try_multiply");
}
template <class T>
std::optional<T> TimesDecimal(Row& row, T interval, int128_t number) {
  WideDecimal product{(interval < 0) != (number < 0), WideInteger::Product(Magnitude(interval), Magnitude(number))};
  int128_t whole = 0;
  if (!product.Rescaled(row.call().argument_types[1].scale(), 0).Fits(38, whole))
    return FailInterval(row, "try_multiply");
  return Fit<T>(row, whole, "try_multiply");
}

template <class T>
std::optional<T> By(Row& row, T interval, int64_t number) {
  if (number == 0) return FailZero(row);
  WideDecimal quotient = WideDecimal::Of(interval).DividedHalfUp(WideDecimal::Of(number));
  int128_t whole = 0;
  quotient.Fits(38, whole);
  return Fit<T>(row, whole, "try_divide");
}
template <class T>
std::optional<T> ByDouble(Row& row, T interval, double number) {
  if (number == 0) return FailZero(row);
  return FitRounded<T>(row, static_cast<double>(interval) / number, "try_divide");
}
template <class T>
std::optional<T> ByDecimal(Row& row, T interval, int128_t number) {
  if (number == 0) return FailZero(row);
  WideDecimal dividend = WideDecimal::Of(interval).Rescaled(0, row.call().argument_types[1].scale());
  int128_t whole = 0;
  if (!dividend.DividedHalfUp(WideDecimal::Of(number)).Fits(38, whole)) return FailInterval(row, "try_divide");
  return Fit<T>(row, whole, "try_divide");
}

/// Fractions of a month fall away, those of a day become microseconds (IntervalUtils.fromDoubles).
std::optional<CalendarIntervalValue> ScaleCalendar(Row& row, CalendarIntervalValue value, double factor,
                                                   std::string_view suggested) {
  double months = std::trunc(value.months * factor);
  double exact_days = value.days * factor;
  double days = std::trunc(exact_days);
  double micros = static_cast<double>(value.microseconds) * factor + (exact_days - days) * kMicrosPerDay;
  constexpr double kInt = std::numeric_limits<int32_t>::max();
  constexpr double kLong = 9.2233720368547748e18;
  if (std::fabs(months) > kInt || std::fabs(days) > kInt || std::fabs(micros) > kLong) {
    return FailInterval(row, suggested);
  }
  return CalendarIntervalValue{static_cast<int32_t>(months), static_cast<int32_t>(days),
                               static_cast<int64_t>(std::round(micros))};
}
std::optional<CalendarIntervalValue> TimesCalendar(Row& row, CalendarIntervalValue value, double factor) {
  return ScaleCalendar(row, value, factor, "try_multiply");
}
std::optional<CalendarIntervalValue> ByCalendar(Row& row, CalendarIntervalValue value, double divisor) {
  if (divisor == 0) return FailZero(row);
  return ScaleCalendar(row, value, 1 / divisor, "try_divide");
}

template <auto kInt, auto kDouble, auto kDecimal>
void ByNumber(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[1].kind()) {
    case TypeKind::kDouble:
      return RunRows<kDouble>(context, arguments, rows, result);
    case TypeKind::kDecimal:
      return RunRows<kDecimal>(context, arguments, rows, result);
    default:
      return RunRows<kInt>(context, arguments, rows, result);
  }
}

void RunMultiply(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kYearMonthInterval:
      return ByNumber<Times<int32_t>, TimesDouble<int32_t>, TimesDecimal<int32_t>>(context, arguments, rows, result);
    case TypeKind::kDayTimeInterval:
      return ByNumber<Times<int64_t>, TimesDouble<int64_t>, TimesDecimal<int64_t>>(context, arguments, rows, result);
    default:
      return RunRows<TimesCalendar>(context, arguments, rows, result);
  }
}

void RunDivide(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kYearMonthInterval:
      return ByNumber<By<int32_t>, ByDouble<int32_t>, ByDecimal<int32_t>>(context, arguments, rows, result);
    case TypeKind::kDayTimeInterval:
      return ByNumber<By<int64_t>, ByDouble<int64_t>, ByDecimal<int64_t>>(context, arguments, rows, result);
    default:
      return RunRows<ByCalendar>(context, arguments, rows, result);
  }
}

}  // namespace

const Kernel kMultiplyInterval{RunMultiply, nullptr, true};
const Kernel kDivideInterval{RunDivide, nullptr, true};

}  // namespace firesteel::functions
