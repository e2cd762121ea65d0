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

/// Buckets of whole days follow the local clock, shorter ones the time line.
std::optional<int64_t> BucketMicros(Row& row, int64_t length, int64_t micros, int64_t origin) {
  const TimeZone& zone = *row.prepared<CallZone>().zone;
  if (length % kMicrosPerDay != 0) {
    int64_t apart;
    if (!__builtin_sub_overflow(micros, origin, &apart)) return micros - FloorMod(apart, length);
  } else {
    const int64_t local = zone.ToLocalMicros(micros);
    int64_t apart;
    if (!__builtin_sub_overflow(local, zone.ToLocalMicros(origin), &apart)) {
      return zone.ToInstantMicros(local - FloorMod(apart, length));
    }
  }
  return row.Fail("DATETIME_OVERFLOW", {{"operation", "time_bucket"}}, ErrorClass::kArithmetic, false);
}

}  // namespace

const Kernel kTimeBucketMonths = RowKernel<BucketMonths>(true, PrepareZone<1>);
const Kernel kTimeBucketMicros = RowKernel<BucketMicros>(true, PrepareZone<1>);

}  // namespace firesteel::functions
