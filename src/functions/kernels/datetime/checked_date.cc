#include "functions/kernels/datetime/checked_date.h"

#include <string>
#include <utility>

#include "types/calendar.h"

namespace firesteel::functions {

std::nullopt_t FailField(Row& row, std::string_view field, std::string_view range, int64_t value) {
  if (row.mode() == EvalMode::kLegacy) return std::nullopt;
  return row.Fail("DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION",
                  {{"rangeMessage", "Invalid value for " + std::string(field) + " (valid values " + std::string(range) +
                                        "): " + std::to_string(value)}},
                  ErrorClass::kDateTime, false);
}

std::optional<int64_t> CheckedDate(Row& row, int32_t year, int32_t month, int32_t day) {
  constexpr int32_t kMostYears = 999'999'999;
  if (year < -kMostYears || year > kMostYears) return FailField(row, "Year", "-999999999 - 999999999", year);
  if (month < 1 || month > 12) return FailField(row, "MonthOfYear", "1 - 12", month);
  if (day < 1 || day > 31) return FailField(row, "DayOfMonth", "1 - 28/31", day);
  if (IsValidDate(year, month, day)) return DaysFromCivil(year, month, day);
  if (row.mode() == EvalMode::kLegacy) return std::nullopt;
  static constexpr std::string_view kMonths[] = {"JANUARY", "FEBRUARY", "MARCH",     "APRIL",   "MAY",      "JUNE",
                                                 "JULY",    "AUGUST",   "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"};
  std::string message = day == 29
                            ? "Invalid date 'February 29' as '" + std::to_string(year) + "' is not a leap year"
                            : "Invalid date '" + std::string(kMonths[month - 1]) + " " + std::to_string(day) + "'";
  return row.Fail("DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", {{"rangeMessage", std::move(message)}},
                  ErrorClass::kDateTime, false);
}

}  // namespace firesteel::functions
