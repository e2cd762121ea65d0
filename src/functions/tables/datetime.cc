#include "functions/binding/binding.h"
#include "functions/display/display_rules.h"
#include "functions/kernels/kernels.h"
#include "functions/lower/lower.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kGroup = "datetime_funcs";

const Function kRows[] = {
    {.name = "year", .aliases = "", .since = "1.5.0",
     .signatures = "(date) -> int",
     .lowering = LowerKernel{&kYear},
     .description = "The year of a date.",
     .example = "SELECT year(date'2020-05-17')", .group = kGroup},
    {.name = "quarter", .aliases = "", .since = "1.5.0",
     .signatures = "(date) -> int",
     .lowering = LowerKernel{&kQuarter},
     .description = "The quarter of a date, 1 to 4.",
     .example = "SELECT quarter(date'2020-05-17')", .group = kGroup},
    {.name = "month", .aliases = "", .since = "1.5.0",
     .signatures = "(date) -> int",
     .lowering = LowerKernel{&kMonth},
     .description = "The month of a date, 1 to 12.",
     .example = "SELECT month(date'2020-05-17')", .group = kGroup},
    {.name = "weekofyear", .aliases = "", .since = "1.5.0",
     .signatures = "(date) -> int",
     .lowering = LowerKernel{&kWeekOfYear},
     .description = "The ISO week of a date.",
     .example = "SELECT weekofyear(date'2020-05-17')", .group = kGroup},
    {.name = "day", .aliases = "dayofmonth", .since = "1.5.0",
     .signatures = "(date) -> int",
     .lowering = LowerKernel{&kDay},
     .description = "The day of the month of a date.",
     .example = "SELECT day(date'2020-05-17')", .display_name = "*", .group = kGroup},
    {.name = "dayofweek", .aliases = "", .since = "2.3.0",
     .signatures = "(date) -> int",
     .lowering = LowerKernel{&kDayOfWeek},
     .description = "The day of the week: Sunday is 1.",
     .example = "SELECT dayofweek(date'2020-05-17')", .group = kGroup},
    {.name = "weekday", .aliases = "", .since = "2.4.0",
     .signatures = "(date) -> int",
     .lowering = LowerKernel{&kWeekday},
     .description = "The day of the week: Monday is 0.",
     .example = "SELECT weekday(date'2020-05-17')", .group = kGroup},
    {.name = "dayofyear", .aliases = "", .since = "1.5.0",
     .signatures = "(date) -> int",
     .lowering = LowerKernel{&kDayOfYear},
     .description = "The day of the year, from 1.",
     .example = "SELECT dayofyear(date'2020-05-17')", .group = kGroup},
    {.name = "hour", .aliases = "", .since = "1.5.0",
     .signatures = "(any_timestamp|time) -> int",
     .lowering = LowerKernel{&kHour},
     .description = "The hour of a timestamp or time.",
     .example = "SELECT hour(timestamp'2020-05-17 01:02:03')", .group = kGroup},
    {.name = "minute", .aliases = "", .since = "1.5.0",
     .signatures = "(any_timestamp|time) -> int",
     .lowering = LowerKernel{&kMinute},
     .description = "The minute of a timestamp or time.",
     .example = "SELECT minute(timestamp'2020-05-17 01:02:03')", .group = kGroup},
    {.name = "second", .aliases = "", .since = "1.5.0",
     .signatures = "(any_timestamp|time) -> int",
     .lowering = LowerKernel{&kSecond},
     .description = "The second of a timestamp or time, without its fraction.",
     .example = "SELECT second(timestamp'2020-05-17 01:02:03')", .group = kGroup},
    {.name = "extract", .aliases = "datepart,date_part", .since = "3.0.0",
     .signatures = "(const string, any) -> int",
     .lowering = LowerSql{"{1}"},
     .description = "A field of a date, timestamp, time or interval.",
     .example = "SELECT extract(YEAR FROM date'2020-05-17')",
     .display = Display::kRule, .display_rule = ShowExtract, .bind = BindExtract, .group = kGroup},
    {.name = "date_add", .aliases = "dateadd", .since = "1.5.0",
     .signatures = "(date, int|short|byte) -> date",
     .lowering = LowerKernel{&kDateAdd},
     .description = "The date some days later.",
     .example = "SELECT date_add(date'2020-05-17', 1)", .group = kGroup},
    {.name = "date_sub", .aliases = "", .since = "1.5.0",
     .signatures = "(date, int|short|byte) -> date",
     .lowering = LowerKernel{&kDateSub},
     .description = "The date some days before.",
     .example = "SELECT date_sub(date'2020-05-17', 1)", .group = kGroup},
    {.name = "datediff", .aliases = "date_diff", .since = "1.5.0",
     .signatures = "(date, date) -> int",
     .lowering = LowerKernel{&kDateDiff},
     .description = "The days from the second date to the first.",
     .example = "SELECT datediff(date'2020-05-17', date'2020-05-01')", .display_name = "*", .group = kGroup},
    {.name = "add_months", .aliases = "", .since = "1.5.0",
     .signatures = "(date, int) -> date",
     .lowering = LowerKernel{&kAddMonths},
     .description = "The date some months later, at most the last day.",
     .example = "SELECT add_months(date'2020-05-17', 1)", .group = kGroup},
    // ROWS
};

}  // namespace

std::span<const Function> DatetimeRows() { return kRows; }

}  // namespace firesteel::functions
