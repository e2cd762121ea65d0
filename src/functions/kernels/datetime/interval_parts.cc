#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "types/calendar.h"

namespace firesteel::functions {

namespace {

int32_t Years(int32_t months) { return months / 12; }
int8_t Months(int32_t months) { return static_cast<int8_t>(months % 12); }
int32_t Days(int64_t micros) { return static_cast<int32_t>(micros / kMicrosPerDay); }
int8_t Hours(int64_t micros) { return static_cast<int8_t>(micros % kMicrosPerDay / kMicrosPerHour); }
int8_t Minutes(int64_t micros) { return static_cast<int8_t>(micros % kMicrosPerHour / kMicrosPerMinute); }
int128_t Seconds(int64_t micros) { return micros % kMicrosPerMinute; }

int32_t CalendarYears(CalendarIntervalValue value) { return value.months / 12; }
int8_t CalendarMonths(CalendarIntervalValue value) { return static_cast<int8_t>(value.months % 12); }
int32_t CalendarDays(CalendarIntervalValue value) { return value.days; }
int8_t CalendarHours(CalendarIntervalValue value) {
  return static_cast<int8_t>(value.microseconds % kMicrosPerDay / kMicrosPerHour);
}
int8_t CalendarMinutes(CalendarIntervalValue value) { return Minutes(value.microseconds); }
int128_t CalendarSeconds(CalendarIntervalValue value) { return Seconds(value.microseconds); }

}  // namespace

const Kernel kIntervalYears = RowKernel<Years>();
const Kernel kIntervalMonths = RowKernel<Months>();
const Kernel kIntervalDays = RowKernel<Days>();
const Kernel kIntervalHours = RowKernel<Hours>();
const Kernel kIntervalMinutes = RowKernel<Minutes>();
const Kernel kIntervalSeconds = RowKernel<Seconds>();
const Kernel kCalendarYears = RowKernel<CalendarYears>();
const Kernel kCalendarMonths = RowKernel<CalendarMonths>();
const Kernel kCalendarDays = RowKernel<CalendarDays>();
const Kernel kCalendarHours = RowKernel<CalendarHours>();
const Kernel kCalendarMinutes = RowKernel<CalendarMinutes>();
const Kernel kCalendarSeconds = RowKernel<CalendarSeconds>();

}  // namespace firesteel::functions
