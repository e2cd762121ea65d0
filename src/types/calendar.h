#pragma once

#include <cstdint>

namespace firesteel {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;
constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kNanosPerDay = 86'400 * kNanosPerSecond;
constexpr int64_t kSecondsPerDay = 86'400;

/// A day of the proleptic Gregorian (ISO) calendar, as java.time has it; year 0 is 1 BC.
struct CivilDate {
  int64_t year = 1970;
  int32_t month = 1;  ///< 1..12
  int32_t day = 1;    ///< 1..31
  bool operator==(const CivilDate&) const = default;
};

/// Days since 1970-01-01, and back. Exact for years within ±10^9; the date must be valid.
int64_t DaysFromCivil(int64_t year, int32_t month, int32_t day);
CivilDate CivilFromDays(int64_t days);

bool IsLeapYear(int64_t year);
int32_t DaysInMonth(int64_t year, int32_t month);
/// Whether there is such a day (month 1..12, day 1..length of the month).
bool IsValidDate(int64_t year, int64_t month, int64_t day);
/// 1 Monday .. 7 Sunday.
int32_t IsoDayOfWeek(int64_t days);
/// 1..366.
int32_t DayOfYear(int64_t days);
/// ISO 8601 week number, and the year that it belongs to.
int32_t IsoWeek(int64_t days);
int64_t IsoWeekYear(int64_t days);
/// The day `months` later; a day that the month lacks becomes its last one (LocalDate.plusMonths).
int64_t AddMonths(int64_t days, int64_t months);

/// Division that rounds down, and its never negative remainder.
constexpr int64_t FloorDiv(int64_t a, int64_t b) { return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0); }
constexpr int64_t FloorMod(int64_t a, int64_t b) {
  const int64_t rest = a % b;  // a - FloorDiv(a, b) * b overflows at the ends of the range
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

}  // namespace firesteel
