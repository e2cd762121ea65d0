#include "types/calendar.h"

#include <algorithm>

namespace firesteel {
namespace {

// Days from 0000-03-01, where the leap day ends the year, to 1970-01-01; and days of the 400 years that repeat.
constexpr int64_t kEpochFromMarchZero = 719468;
constexpr int64_t kDaysPerEra = 146097;

}  // namespace

int64_t DaysFromCivil(int64_t year, int32_t month, int32_t day) {
  if (month <= 2) --year;
  const int64_t era = FloorDiv(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t month_from_march = month > 2 ? month - 3 : month + 9;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kEpochFromMarchZero;
}

CivilDate CivilFromDays(int64_t days) {
  days += kEpochFromMarchZero;
  const int64_t era = FloorDiv(days, kDaysPerEra);
  const int64_t day_of_era = days - era * kDaysPerEra;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int32_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  date.month = static_cast<int32_t>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

bool IsLeapYear(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int32_t DaysInMonth(int64_t year, int32_t month) {
  constexpr int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[month - 1];
}

bool IsValidDate(int64_t year, int64_t month, int64_t day) {
  return month >= 1 && month <= 12 && day >= 1 && day <= DaysInMonth(year, static_cast<int32_t>(month));
}

int32_t IsoDayOfWeek(int64_t days) { return static_cast<int32_t>(FloorMod(days + 3, 7)) + 1; }

int32_t DayOfYear(int64_t days) {
  return static_cast<int32_t>(days - DaysFromCivil(CivilFromDays(days).year, 1, 1)) + 1;
}

int64_t IsoWeekYear(int64_t days) {
  // A week belongs to the year of its Thursday.
  return CivilFromDays(days - IsoDayOfWeek(days) + 4).year;
}

int32_t IsoWeek(int64_t days) {
  const int64_t thursday = days - IsoDayOfWeek(days) + 4;
  return (DayOfYear(thursday) - 1) / 7 + 1;
}

int64_t AddMonths(int64_t days, int64_t months) {
  const CivilDate date = CivilFromDays(days);
  const int64_t count = date.year * 12 + (date.month - 1) + months;
  const int64_t year = FloorDiv(count, 12);
  const auto month = static_cast<int32_t>(FloorMod(count, 12) + 1);
  return DaysFromCivil(year, month, std::min(date.day, DaysInMonth(year, month)));
}

}  // namespace firesteel
