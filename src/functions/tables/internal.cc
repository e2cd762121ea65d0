#include "functions/binding/binding.h"
#include "functions/display/display_rules.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/collection.h"
#include "functions/lower/lower.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

const Function kRows[] = {
    {.name = "extractansiintervaldays", .aliases = "", .since = "", .signatures = "(day_time) -> int",
     .lowering = LowerKernel{&kIntervalDays}, .description = "", .example = ""},
    {.name = "date_add_months_interval", .aliases = "", .since = "", .signatures = "(date, year_month) -> date",
     .lowering = LowerKernel{&kDateAddMonths}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowPlainInfix},
    {.name = "timestamp_add_months_interval", .aliases = "", .since = "", .signatures = "(any_timestamp, year_month) -> @first",
     .lowering = LowerKernel{&kTimestampAddMonths}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowPlainInfix},
    {.name = "date_add_interval", .aliases = "", .since = "", .signatures = "(date, calendar_interval) -> date",
     .lowering = LowerKernel{&kDateAddCalendar}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowPlainInfix},
    {.name = "timestamp_add_interval", .aliases = "", .since = "", .signatures = "(any_timestamp, day_time) -> @first | (any_timestamp, calendar_interval) -> @first",
     .lowering = LowerSpecial{LowerTimestampAdd}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowPlainInfix},
    {.name = "time_add_interval", .aliases = "", .since = "", .signatures = "(time, day_time) -> @first",
     .lowering = LowerKernel{&kTimeAddInterval}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowPlainInfix},
    {.name = "date_add_months_interval_minus", .aliases = "", .since = "", .signatures = "(date, year_month) -> date",
     .lowering = LowerKernel{&kDateAddMonthsMinus}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowMinus},
    {.name = "timestamp_add_months_interval_minus", .aliases = "", .since = "", .signatures = "(any_timestamp, year_month) -> @first",
     .lowering = LowerKernel{&kTimestampAddMonthsMinus}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowMinus},
    {.name = "date_add_interval_minus", .aliases = "", .since = "", .signatures = "(date, calendar_interval) -> date",
     .lowering = LowerKernel{&kDateAddCalendarMinus}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowMinus},
    {.name = "timestamp_add_interval_minus", .aliases = "", .since = "", .signatures = "(any_timestamp, day_time) -> @first | (any_timestamp, calendar_interval) -> @first",
     .lowering = LowerSpecial{LowerTimestampAdd}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowMinus},
    {.name = "time_add_interval_minus", .aliases = "", .since = "", .signatures = "(time, day_time) -> @first",
     .lowering = LowerKernel{&kTimeAddIntervalMinus}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowMinus},
    {.name = "subtractdates", .aliases = "", .since = "", .signatures = "(date, date) -> day_only",
     .lowering = LowerKernel{&kSubtractDates}, .description = "", .example = "", .display = Display::kInfix, .display_name = "-"},
    {.name = "subtracttimestamps", .aliases = "", .since = "", .signatures = "(timestamp, timestamp) -> day_time | (timestamp_ntz, timestamp_ntz) -> day_time",
     .lowering = LowerKernel{&kSubtractTimestamps}, .description = "", .example = "", .display = Display::kInfix, .display_name = "-", .bind = BindSubtractTimestamps},
    {.name = "subtracttimes", .aliases = "", .since = "", .signatures = "(time, time) -> day_time",
     .lowering = LowerKernel{&kSubtractTimes}, .description = "", .example = "", .display = Display::kInfix, .display_name = "-"},
    {.name = "multiply_interval", .aliases = "", .since = "", .signatures = "(interval, long) -> @interval | (interval, decimal) -> @interval | (interval, double) -> @interval",
     .lowering = LowerKernel{&kMultiplyInterval}, .description = "", .example = "", .display = Display::kInfix, .display_name = "*", .bind = BindScaleInterval},
    {.name = "divide_interval", .aliases = "", .since = "", .signatures = "(interval, long) -> @interval | (interval, decimal) -> @interval | (interval, double) -> @interval",
     .lowering = LowerKernel{&kDivideInterval}, .description = "", .example = "", .display = Display::kInfix, .display_name = "/", .bind = BindScaleInterval},
    {.name = "second_fraction", .aliases = "", .since = "", .signatures = "(any_timestamp|time) -> decimal(8,6)",
     .lowering = LowerKernel{&kSecondFraction}, .description = "", .example = ""},
    {.name = "yearofweek", .aliases = "", .since = "", .signatures = "(date) -> int",
     .lowering = LowerKernel{&kYearOfWeek}, .description = "", .example = ""},
    {.name = "dayofweek_iso", .aliases = "", .since = "", .signatures = "(date) -> int",
     .lowering = LowerKernel{&kDayOfWeekIso}, .description = "", .example = ""},
    {.name = "extract_interval_years", .aliases = "", .since = "", .signatures = "(year_month) -> int",
     .lowering = LowerKernel{&kIntervalYears}, .description = "", .example = ""},
    {.name = "extract_interval_months", .aliases = "", .since = "", .signatures = "(year_month) -> byte",
     .lowering = LowerKernel{&kIntervalMonths}, .description = "", .example = ""},
    {.name = "extract_interval_days", .aliases = "", .since = "", .signatures = "(day_time) -> int",
     .lowering = LowerKernel{&kIntervalDays}, .description = "", .example = ""},
    {.name = "extract_interval_hours", .aliases = "", .since = "", .signatures = "(day_time) -> byte",
     .lowering = LowerKernel{&kIntervalHours}, .description = "", .example = ""},
    {.name = "extract_interval_minutes", .aliases = "", .since = "", .signatures = "(day_time) -> byte",
     .lowering = LowerKernel{&kIntervalMinutes}, .description = "", .example = ""},
    {.name = "extract_interval_seconds", .aliases = "", .since = "", .signatures = "(day_time) -> decimal(8,6)",
     .lowering = LowerKernel{&kIntervalSeconds}, .description = "", .example = ""},
    {.name = "extract_calendar_years", .aliases = "", .since = "", .signatures = "(calendar_interval) -> int",
     .lowering = LowerKernel{&kCalendarYears}, .description = "", .example = ""},
    {.name = "extract_calendar_months", .aliases = "", .since = "", .signatures = "(calendar_interval) -> byte",
     .lowering = LowerKernel{&kCalendarMonths}, .description = "", .example = ""},
    {.name = "extract_calendar_days", .aliases = "", .since = "", .signatures = "(calendar_interval) -> int",
     .lowering = LowerKernel{&kCalendarDays}, .description = "", .example = ""},
    {.name = "extract_calendar_hours", .aliases = "", .since = "", .signatures = "(calendar_interval) -> long",
     .lowering = LowerKernel{&kCalendarHours}, .description = "", .example = ""},
    {.name = "extract_calendar_minutes", .aliases = "", .since = "", .signatures = "(calendar_interval) -> byte",
     .lowering = LowerKernel{&kCalendarMinutes}, .description = "", .example = ""},
    {.name = "extract_calendar_seconds", .aliases = "", .since = "", .signatures = "(calendar_interval) -> decimal(8,6)",
     .lowering = LowerKernel{&kCalendarSeconds}, .description = "", .example = ""},
    {.name = "getarrayitem", .aliases = "", .since = "", .signatures = "(array, long) -> @element",
     .lowering = LowerSpecial{LowerElement}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowItem, .bind = BindGetItem},
    {.name = "getmapvalue", .aliases = "", .since = "", .signatures = "(map, any) -> @element",
     .lowering = LowerSpecial{LowerElement}, .description = "", .example = "", .display = Display::kRule, .display_rule = ShowItem, .bind = BindGetItem},
};

}  // namespace

std::span<const Function> InternalRows() { return kRows; }

}  // namespace firesteel::functions
