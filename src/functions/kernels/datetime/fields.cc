#include "functions/kernels/datetime/fields.h"
#include "functions/kernels/datetime/zone.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "types/calendar.h"

namespace firesteel::functions {

namespace {

int32_t Field(DateField field, int64_t days) {
  switch (field) {
    case DateField::kYear:
      return static_cast<int32_t>(CivilFromDays(days).year);
    case DateField::kYearOfWeek:
      return static_cast<int32_t>(IsoWeekYear(days));
    case DateField::kQuarter:
      return (CivilFromDays(days).month - 1) / 3 + 1;
    case DateField::kMonth:
      return CivilFromDays(days).month;
    case DateField::kWeek:
      return IsoWeek(days);
    case DateField::kDay:
      return CivilFromDays(days).day;
    case DateField::kDayOfWeek:  // Sunday 1 … Saturday 7
      return IsoDayOfWeek(days) % 7 + 1;
    case DateField::kDayOfWeekIso:
      return IsoDayOfWeek(days);
    case DateField::kWeekday:  // Monday 0 … Sunday 6
      return IsoDayOfWeek(days) - 1;
    case DateField::kDayOfYear:
      return DayOfYear(days);
  }
  return 0;
}

template <DateField kField>
int32_t FieldOf(int32_t days) {
  return Field(kField, days);
}

int64_t MicrosOfDay(Row& row, int64_t value) {
  if (row.call().argument_types[0].Is(TypeKind::kTime)) return value / 1000;
  return FloorMod(row.prepared<CallZone>().zone->ToLocalMicros(value), kMicrosPerDay);
}

int32_t Hour(Row& row, int64_t value) { return static_cast<int32_t>(MicrosOfDay(row, value) / kMicrosPerHour); }
int32_t Minute(Row& row, int64_t value) {
  return static_cast<int32_t>(MicrosOfDay(row, value) / kMicrosPerMinute % 60);
}
int32_t Second(Row& row, int64_t value) {
  return static_cast<int32_t>(MicrosOfDay(row, value) / kMicrosPerSecond % 60);
}
/// Seconds with their fraction, as decimal(8,6).
int128_t SecondFraction(Row& row, int64_t value) { return MicrosOfDay(row, value) % kMicrosPerMinute; }

}  // namespace

const Kernel kYear = RowKernel<FieldOf<DateField::kYear>>();
const Kernel kYearOfWeek = RowKernel<FieldOf<DateField::kYearOfWeek>>();
const Kernel kQuarter = RowKernel<FieldOf<DateField::kQuarter>>();
const Kernel kMonth = RowKernel<FieldOf<DateField::kMonth>>();
const Kernel kWeekOfYear = RowKernel<FieldOf<DateField::kWeek>>();
const Kernel kDay = RowKernel<FieldOf<DateField::kDay>>();
const Kernel kDayOfWeek = RowKernel<FieldOf<DateField::kDayOfWeek>>();
const Kernel kDayOfWeekIso = RowKernel<FieldOf<DateField::kDayOfWeekIso>>();
const Kernel kWeekday = RowKernel<FieldOf<DateField::kWeekday>>();
const Kernel kDayOfYear = RowKernel<FieldOf<DateField::kDayOfYear>>();
const Kernel kHour = RowKernel<Hour>(false, PrepareZone<0>);
const Kernel kMinute = RowKernel<Minute>(false, PrepareZone<0>);
const Kernel kSecond = RowKernel<Second>(false, PrepareZone<0>);
const Kernel kSecondFraction = RowKernel<SecondFraction>(false, PrepareZone<0>);

}  // namespace firesteel::functions
