#include <limits>

#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/datetime/zone.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "types/calendar.h"

/// Dates and timestamps moved by days, months and intervals. A session's timestamp moves by months and days on the
/// local calendar, by hours and less on the time line.
namespace firesteel::functions {

namespace {

std::nullopt_t FailDatetimeOverflow(Row& row) {
  return row.Fail("DATETIME_OVERFLOW", {{"operation", "add the interval to the date or timestamp"}},
                  ErrorClass::kArithmetic);
}

std::optional<int32_t> CheckedDay(Row& row, int64_t days) {
  if (days >= std::numeric_limits<int32_t>::min() && days <= std::numeric_limits<int32_t>::max()) {
    return static_cast<int32_t>(days);
  }
  return FailOverflow(row, "overflow", "", false);
}

/// Java's int addition wraps here, in every mode.
int32_t DateAdd(int32_t days, int32_t count) {
  return static_cast<int32_t>(static_cast<uint32_t>(days) + static_cast<uint32_t>(count));
}
int32_t DateSub(int32_t days, int32_t count) {
  return static_cast<int32_t>(static_cast<uint32_t>(days) - static_cast<uint32_t>(count));
}

/// The count of days may be any of the small integers.
template <auto kFunction, class T>
int32_t WithCount(int32_t days, T count) {
  return kFunction(days, count);
}
template <auto kFunction>
void RunWithCount(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[1].kind()) {
    case TypeKind::kByte:
      return RunRows<WithCount<kFunction, int8_t>>(context, arguments, rows, result);
    case TypeKind::kShort:
      return RunRows<WithCount<kFunction, int16_t>>(context, arguments, rows, result);
    default:
      return RunRows<WithCount<kFunction, int32_t>>(context, arguments, rows, result);
  }
}

int32_t DateDiff(int32_t end, int32_t start) { return DateSub(end, start); }

std::optional<int32_t> AddMonthsTo(Row& row, int32_t days, int32_t months) {
  return CheckedDay(row, AddMonths(days, months));
}

template <int kSign>
std::optional<int32_t> DateAddMonths(Row& row, int32_t days, int32_t months) {
  return CheckedDay(row, AddMonths(days, static_cast<int64_t>(months) * kSign));
}

/// The local day and time of day, moved by months or days, back on the time line.
std::optional<int64_t> MoveLocal(Row& row, int64_t micros, int64_t months, int64_t days) {
  const std::optional<int64_t> moved = MovedOnCalendar(*row.prepared<CallZone>().zone, micros, months, days);
  if (!moved) return FailDatetimeOverflow(row);
  return moved;
}

template <int kSign>
std::optional<int64_t> TimestampAddMonths(Row& row, int64_t micros, int32_t months) {
  return MoveLocal(row, micros, static_cast<int64_t>(months) * kSign, 0);
}

/// A day-time interval: whole days on the local calendar, the rest on the time line (Spark's timestampAddDayTime).
template <int kSign>
std::optional<int64_t> TimestampAddMicros(Row& row, int64_t micros, int64_t interval) {
  if (kSign < 0 && __builtin_sub_overflow(int64_t{0}, interval, &interval)) return FailDatetimeOverflow(row);
  int64_t days = interval / kMicrosPerDay;
  std::optional<int64_t> moved = days == 0 ? std::optional<int64_t>(micros) : MoveLocal(row, micros, 0, days);
  int64_t result;
  if (!moved) return std::nullopt;
  if (__builtin_add_overflow(*moved, interval - days * kMicrosPerDay, &result)) return FailDatetimeOverflow(row);
  return result;
}

template <int kSign>
std::optional<int64_t> TimestampAddCalendar(Row& row, int64_t micros, CalendarIntervalValue interval) {
  std::optional<int64_t> moved = micros;
  // One after the other: months may end in an hour that the clock leaves out.
  if (interval.months != 0) moved = MoveLocal(row, micros, static_cast<int64_t>(interval.months) * kSign, 0);
  if (interval.days != 0 && moved) moved = MoveLocal(row, *moved, 0, static_cast<int64_t>(interval.days) * kSign);
  int64_t rest;
  int64_t result;
  if (!moved) return std::nullopt;
  if (__builtin_mul_overflow(interval.microseconds, static_cast<int64_t>(kSign), &rest) ||
      __builtin_add_overflow(*moved, rest, &result)) {
    return FailDatetimeOverflow(row);
  }
  return result;
}

/// ANSI takes no hours here: the result would not be a date. Without ANSI they count as far as they make whole days.
template <int kSign>
std::optional<int32_t> DateAddCalendar(Row& row, int32_t days, CalendarIntervalValue interval) {
  // Beside the failing of ANSI, try_add and its like give NULL.
  if (interval.microseconds != 0 && row.mode() != EvalMode::kLegacy) {
    return row.Fail("INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION", {}, ErrorClass::kIllegalArgument);
  }
  int64_t moved =
      AddMonths(days, static_cast<int64_t>(interval.months) * kSign) + static_cast<int64_t>(interval.days) * kSign;
  if (interval.microseconds != 0) {
    moved = FloorDiv(moved * kMicrosPerDay + interval.microseconds * kSign, kMicrosPerDay);
  }
  return CheckedDay(row, moved);
}

int64_t SubtractDates(int32_t end, int32_t start) { return (static_cast<int64_t>(end) - start) * kMicrosPerDay; }

/// The difference of the local times, as Spark's default (not of the instants).
std::optional<int64_t> SubtractTimestamps(Row& row, int64_t end, int64_t start) {
  const TimeZone& zone = *row.prepared<CallZone>().zone;
  int64_t result;
  if (__builtin_sub_overflow(zone.ToLocalMicros(end), zone.ToLocalMicros(start), &result)) {
    return FailDatetimeOverflow(row);
  }
  return result;
}

/// A time of day may not pass midnight.
template <int kSign>
std::optional<int64_t> TimeAddInterval(Row& row, int64_t nanos, int64_t micros) {
  int64_t moved = nanos / 1000 + micros * kSign;
  if (moved < 0 || moved >= kMicrosPerDay) {
    return row.Fail("DATETIME_OVERFLOW", {{"operation", "add the interval to the time value"}},
                    ErrorClass::kArithmetic);
  }
  return moved * 1000 + nanos % 1000;
}
int64_t SubtractTimes(int64_t end, int64_t start) { return (end - start) / 1000; }

}  // namespace

const Kernel kTimeAddInterval = RowKernel<TimeAddInterval<1>>(true);
const Kernel kTimeAddIntervalMinus = RowKernel<TimeAddInterval<-1>>(true);
const Kernel kSubtractTimes = RowKernel<SubtractTimes>();
const Kernel kDateAdd{RunWithCount<DateAdd>, nullptr, false};
const Kernel kDateSub{RunWithCount<DateSub>, nullptr, false};
const Kernel kDateDiff = RowKernel<DateDiff>();
const Kernel kAddMonths = RowKernel<AddMonthsTo>(true);
const Kernel kDateAddMonths = RowKernel<DateAddMonths<1>>(true);
const Kernel kDateAddMonthsMinus = RowKernel<DateAddMonths<-1>>(true);
const Kernel kTimestampAddMonths = RowKernel<TimestampAddMonths<1>>(true, PrepareZone<0>);
const Kernel kTimestampAddMonthsMinus = RowKernel<TimestampAddMonths<-1>>(true, PrepareZone<0>);
const Kernel kTimestampAddMicros = RowKernel<TimestampAddMicros<1>>(true, PrepareZone<0>);
const Kernel kTimestampAddMicrosMinus = RowKernel<TimestampAddMicros<-1>>(true, PrepareZone<0>);
const Kernel kTimestampAddCalendar = RowKernel<TimestampAddCalendar<1>>(true, PrepareZone<0>);
const Kernel kTimestampAddCalendarMinus = RowKernel<TimestampAddCalendar<-1>>(true, PrepareZone<0>);
const Kernel kDateAddCalendar = RowKernel<DateAddCalendar<1>>(true);
const Kernel kDateAddCalendarMinus = RowKernel<DateAddCalendar<-1>>(true);
const Kernel kSubtractDates = RowKernel<SubtractDates>();
const Kernel kSubtractTimestamps = RowKernel<SubtractTimestamps>(true, PrepareZone<0>);

}  // namespace firesteel::functions
