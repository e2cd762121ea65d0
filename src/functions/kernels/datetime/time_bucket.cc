#include "functions/kernels/datetime/time_functions.h"
#include "functions/kernels/datetime/zone.h"
#include "functions/kernels/row_kernel.h"
#include "types/calendar.h"

namespace firesteel::functions {

namespace {

/// The beginning of the bucket, so many months long and counted from the origin on the local calendar.
std::optional<int64_t> BucketMonths(Row& row, int32_t months, int64_t micros, int64_t origin) {
  const TimeZone& zone = *row.prepared<CallZone>().zone;
  const int64_t local = zone.ToLocalMicros(micros);
  const int64_t begin = zone.ToLocalMicros(origin);
  const int64_t begin_day = FloorDiv(begin, kMicrosPerDay);
  const CivilDate from = CivilFromDays(begin_day);
  const CivilDate to = CivilFromDays(FloorDiv(local, kMicrosPerDay));
  const int64_t apart = (to.year - from.year) * 12 + to.month - from.month;
  int64_t bucket = FloorDiv(apart, months) * months;
  const auto at = [&](int64_t count) {
    return AddMonths(begin_day, count) * kMicrosPerDay + FloorMod(begin, kMicrosPerDay);
  };
  if (at(bucket) > local) bucket -= months;
  return zone.ToInstantMicros(at(bucket));
}

/// The last bucket's beginning at or before the time, where buckets of a day and more are counted: whole days on the
/// local clock, the rest on the time line.
std::optional<int64_t> BucketByDays(const TimeZone& zone, int64_t length, int64_t micros, int64_t origin) {
  int64_t apart;
  if (__builtin_sub_overflow(zone.ToLocalMicros(micros), zone.ToLocalMicros(origin), &apart)) return std::nullopt;
  const auto begin = [&](int64_t count) -> std::optional<int64_t> {
    int64_t distance;
    if (__builtin_mul_overflow(count, length, &distance)) return std::nullopt;
    std::optional<int64_t> moved = MovedOnCalendar(zone, origin, 0, distance / kMicrosPerDay);
    if (moved && __builtin_add_overflow(*moved, distance % kMicrosPerDay, &*moved)) return std::nullopt;
    return moved;
  };
  // A change of the clock puts the count wrong by one at most.
  const int64_t count = FloorDiv(apart, length);
  std::optional<int64_t> found = begin(count + 1);
  for (int64_t i = count; !found || *found > micros; --i) {
    found = begin(i);
    if (i < count && !found) return std::nullopt;
  }
  return found;
}

/// Buckets shorter than a day follow the time line.
std::optional<int64_t> BucketMicros(Row& row, int64_t length, int64_t micros, int64_t origin) {
  if (length < kMicrosPerDay) {
    int64_t apart;
    if (!__builtin_sub_overflow(micros, origin, &apart)) return micros - FloorMod(apart, length);
  } else if (const auto found = BucketByDays(*row.prepared<CallZone>().zone, length, micros, origin)) {
    return found;
  }
  return row.Fail("DATETIME_OVERFLOW", {{"operation", "time_bucket"}}, ErrorClass::kArithmetic, false);
}

}  // namespace

const Kernel kTimeBucketMonths = RowKernel<BucketMonths>(true, PrepareZone<1>);
const Kernel kTimeBucketMicros = RowKernel<BucketMicros>(true, PrepareZone<1>);

}  // namespace firesteel::functions
