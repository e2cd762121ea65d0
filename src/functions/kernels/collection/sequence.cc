#include <limits>

#include "functions/kernels/collection/array_builder.h"
#include "functions/kernels/datetime/zone.h"
#include "functions/kernels/kernels.h"
#include "types/calendar.h"
#include "types/time_zone.h"

/// sequence(start, stop [, step]): integers, dates and timestamps from start to stop, both included where a step meets
/// them. Without a step it is one, or one day, towards stop.
namespace firesteel::functions {

namespace {

/// Spark reckons with months of 28 days to see which way a step goes.
constexpr int64_t kMicrosPerShortMonth = 28 * kMicrosPerDay;

struct Zone {
  TimeZonePtr zone;
};

std::shared_ptr<const void> Prepare(const KernelCall& call) {
  auto prepared = std::make_shared<Zone>();
  if (call.argument_types[0].Is(TypeKind::kTimestamp)) prepared->zone = TimeZone::Find(call.time_zone);
  if (!prepared->zone) prepared->zone = TimeZone::Utc();
  return prepared;
}

/// How many elements there are, or none after reporting an error. Wide numbers: the span of two longs needs 65 bits.
std::optional<int64_t> CountOf(ArrayRow& row, int128_t start, int128_t stop, int128_t step) {
  const bool is_legal = (step > 0 && start <= stop) || (step < 0 && start >= stop) || (step == 0 && start == stop);
  auto text = [](int128_t number) { return std::to_string(static_cast<int64_t>(number)); };
  if (!is_legal) {
    row.Fail("_LEGACY_ERROR_SEQUENCE_BOUNDARIES", {{"start", text(start)}, {"stop", text(stop)}, {"step", text(step)}},
             ErrorClass::kIllegalArgument, false);
    return std::nullopt;
  }
  const int128_t count = step == 0 ? 1 : (stop - start) / step + 1;
  if (count > kMaxArrayLength) {
    row.Fail("COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER",
             {{"numberOfElements",
               count > std::numeric_limits<int64_t>::max() ? std::string("9223372036854775808") : text(count)},
              {"functionName", "`sequence`"},
              {"maxRoundedArrayLength", std::to_string(kMaxArrayLength)},
              {"parameter", "`count`"}},
             ErrorClass::kRuntime, false);
    return std::nullopt;
  }
  return static_cast<int64_t>(count);
}

template <class T>
void WriteCounted(ArrayRow& row, int64_t start, int64_t step, int64_t count, ResultVector& result) {
  const uint64_t offset = result.AppendList(row.index, static_cast<uint64_t>(count));
  T* out = result.Child(0).Data<T>() + offset;
  for (int64_t i = 0; i < count; ++i) out[i] = static_cast<T>(start + i * step);
}

template <class T>
bool Integers(ArrayRow& row, ResultVector& result) {
  const int64_t start = row.Get<T>(0);
  const int64_t stop = row.Get<T>(1);
  const int64_t step = row.count() > 2 ? static_cast<int64_t>(row.Get<T>(2)) : start <= stop ? 1 : -1;
  const std::optional<int64_t> count = CountOf(row, start, stop, step);
  if (count) WriteCounted<T>(row, start, step, *count, result);
  return count.has_value();
}

/// A step in Spark's three parts. Day-time intervals are split into days, which keep the time of day, and the rest.
CalendarIntervalValue StepOf(const ArrayRow& row, bool towards_later) {
  if (row.count() < 3) return {0, towards_later ? 1 : -1, 0};
  switch (row.call().argument_types[2].kind()) {
    case TypeKind::kYearMonthInterval:
      return {row.Get<int32_t>(2), 0, 0};
    case TypeKind::kDayTimeInterval: {
      const int64_t micros = row.Get<int64_t>(2);
      return {0, static_cast<int32_t>(micros / kMicrosPerDay), micros % kMicrosPerDay};
    }
    default:
      return row.Get<CalendarIntervalValue>(2);
  }
}

/// `micros` moved by a multiple of the step: months, then days on the local calendar, the rest on the time line.
int64_t Moved(int64_t micros, const CalendarIntervalValue& step, int64_t times, const TimeZone& zone) {
  if (step.months != 0) micros = MovedOnCalendar(zone, micros, times * step.months, 0).value_or(micros);
  if (step.days != 0) micros = MovedOnCalendar(zone, micros, 0, times * step.days).value_or(micros);
  return micros + times * step.microseconds;
}

/// Dates and timestamps as microseconds; `unit` is one element's worth of them (a day, or one).
template <class T>
bool Moments(ArrayRow& row, const TimeZone& zone, int64_t unit, ResultVector& result) {
  const int64_t start = static_cast<int64_t>(row.Get<T>(0));
  const int64_t stop = static_cast<int64_t>(row.Get<T>(1));
  const CalendarIntervalValue step = StepOf(row, start <= stop);
  const bool is_date = unit != 1;
  if (is_date && step.months == 0 && step.days == 0) {
    const bool is_day_time = row.call().argument_types[2].Is(TypeKind::kDayTimeInterval);
    return row.Fail("_LEGACY_ERROR_TEMP_3242", {{"intervalType", is_day_time ? "interval day to second" : "interval"}},
                    ErrorClass::kIllegalArgument, false);
  }
  const bool is_plain = step.months == 0 && (is_date ? step.microseconds == 0 : step.days == 0);
  if (is_plain) {
    const int64_t plain_step = is_date ? step.days : step.microseconds;
    const std::optional<int64_t> count = CountOf(row, start, stop, plain_step);
    if (count) WriteCounted<T>(row, start, plain_step, *count, result);
    return count.has_value();
  }
  const int128_t estimate = static_cast<int128_t>(step.microseconds) + int128_t{step.months} * kMicrosPerShortMonth +
                            int128_t{step.days} * kMicrosPerDay;
  const int64_t first = start * unit;
  const int64_t last = stop * unit;
  if (!CountOf(row, first, last, estimate)) return false;
  std::vector<T> found;
  const bool is_later = estimate > 0;
  int64_t moment = first;
  while (is_later ? moment <= last : moment >= last) {
    found.push_back(static_cast<T>(FloorDiv(moment, unit)));
    if (estimate == 0) break;
    moment = Moved(first, step, static_cast<int64_t>(found.size()), zone);
  }
  const uint64_t offset = result.AppendList(row.index, found.size());
  std::copy(found.begin(), found.end(), result.Child(0).Data<T>() + offset);
  return true;
}

bool WriteRow(ArrayRow& row, const TimeZone& zone, ResultVector& result) {
  switch (row.call().argument_types[0].kind()) {
    case TypeKind::kByte:
      return Integers<int8_t>(row, result);
    case TypeKind::kShort:
      return Integers<int16_t>(row, result);
    case TypeKind::kInt:
      return Integers<int32_t>(row, result);
    case TypeKind::kLong:
      return Integers<int64_t>(row, result);
    case TypeKind::kDate:
      return Moments<int32_t>(row, zone, kMicrosPerDay, result);
    default:
      return Moments<int64_t>(row, zone, 1, result);
  }
}

void Sequence(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const TimeZone& zone = *context.prepared<Zone>().zone;
  ArrayRow row(context, arguments);
  for (row.index = 0; row.index < rows; ++row.index) {
    bool is_null = false;
    for (size_t i = 0; i < arguments.size(); ++i) is_null = is_null || row.IsNull(i);
    if (is_null) {
      result.SetList(row.index, 0, 0);
      result.SetNull(row.index);
    } else if (!WriteRow(row, zone, result)) {
      return;
    }
  }
}

}  // namespace

const Kernel kSequence{Sequence, Prepare, true};

}  // namespace firesteel::functions
