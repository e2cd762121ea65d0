#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types/data_type.h"
#include "types/value.h"

/// Intervals as Spark writes and reads them. All functions are pure and thread-safe.
namespace firesteel {

/// The literal form of an interval, as CAST(interval AS STRING) and column names have it: "INTERVAL '1-2' YEAR TO
/// MONTH", "INTERVAL '1 02:03:04.5' DAY TO SECOND".
std::string YearMonthIntervalText(int64_t months, IntervalField start, IntervalField end);
std::string DayTimeIntervalText(int64_t micros, IntervalField start, IntervalField end);
/// These and CalendarIntervalText into `text`, which has room for kIntervalRoom bytes; they answer how many were
/// written.
constexpr size_t kIntervalRoom = 128;
size_t WriteYearMonthInterval(int64_t months, IntervalField start, IntervalField end, char* text);
size_t WriteDayTimeInterval(int64_t micros, IntervalField start, IntervalField end, char* text);
size_t WriteCalendarInterval(const CalendarIntervalValue& value, char* text);
/// Hive's form of the same: "1-2", "1 02:03:04.500000000" (what CSV and the thrift server show).
std::string YearMonthIntervalHiveText(int64_t months);
std::string DayTimeIntervalHiveText(int64_t micros);
/// CAST(calendar interval AS STRING): "1 years 2 months 3 days 4 hours 5 minutes 6.5 seconds".
std::string CalendarIntervalText(const CalendarIntervalValue& value);

/// CAST(string AS INTERVAL …): "1-2", "INTERVAL '1-2' YEAR TO MONTH" and the like, with the type's fields. Nothing on
/// bad text; `overflow` tells a number that does not fit from a text that is malformed.
std::optional<int64_t> ParseYearMonthInterval(std::string_view text, IntervalField start, IntervalField end,
                                              bool* overflow = nullptr);
std::optional<int64_t> ParseDayTimeInterval(std::string_view text, IntervalField start, IntervalField end,
                                            bool* overflow = nullptr);
/// IntervalUtils.stringToInterval: "interval 1 year -2 days 3.5 seconds" with or without the first word.
std::optional<CalendarIntervalValue> ParseCalendarInterval(std::string_view text);

}  // namespace firesteel
