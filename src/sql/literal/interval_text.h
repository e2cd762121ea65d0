#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types/data_type.h"
#include "types/value.h"

namespace firesteel::sql {

/// An interval in words ("1 day 2 hours", "interval -3 months") with the units that were named.
struct IntervalText {
  CalendarIntervalValue value;
  int64_t total_micros = 0;  ///< days and microseconds together
  bool has_months = false;   ///< a year or month was named
  bool has_micros = false;   ///< a week or anything shorter was named
  IntervalField first_year_month = IntervalField::kMonth;
  IntervalField last_year_month = IntervalField::kYear;
  IntervalField first_day_time = IntervalField::kSecond;
  IntervalField last_day_time = IntervalField::kDay;
};

/// Throws QueryError (kIllegalArgument) INVALID_INTERVAL_FORMAT.… as Spark's stringToInterval does.
IntervalText ReadIntervalText(std::string_view text);
/// As ReadIntervalText; nothing when the text is no interval.
std::optional<IntervalText> ParseIntervalText(std::string_view text);

/// '[±]y-m' in months, or nothing when the text has another form. Throws QueryError INTERVAL_PARSING (without a place)
/// when it is out of range.
std::optional<int64_t> ParseYearMonthText(std::string_view text);
/// The text of a day-time interval of the fields `first` to `last` ('1 02:03:04.5', '02:03'), in microseconds; nothing
/// when it has another form. `range_error` gets Java's message when a part is out of range.
std::optional<int64_t> ParseDayTimeText(std::string_view text, IntervalField first, IntervalField last,
                                        std::string& range_error);

}  // namespace firesteel::sql
