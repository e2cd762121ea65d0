#include <cmath>
#include <string>

#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/datetime/checked_date.h"
#include "functions/kernels/datetime/zone.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/case_mapping.h"
#include "types/calendar.h"

/// Last and next days, truncation, months between, dates and timestamps made of numbers.
namespace firesteel::functions {

namespace {

int32_t LastDay(int32_t days) {
  CivilDate date = CivilFromDays(days);
  return days + DaysInMonth(date.year, date.month) - date.day;
}

/// 1 Monday … 7 Sunday by its English name or the first two or three letters of it; 0 for anything else.
int DayNumber(std::string_view raw) {
  static constexpr std::string_view kNames[] = {"MONDAY", "TUESDAY",  "WEDNESDAY", "THURSDAY",
                                                "FRIDAY", "SATURDAY", "SUNDAY"};
  std::string name = UpperText(raw);
  while (!name.empty() && name.back() == ' ') name.pop_back();
  name.erase(0, name.find_first_not_of(' '));
  for (int i = 0; i < 7; ++i) {
    std::string_view full = kNames[i];
    if (name == full || name == full.substr(0, 2) || name == full.substr(0, 3)) return i + 1;
  }
  return 0;
}

/// The text of an argument that is a constant, or nothing.
std::optional<std::string_view> ConstantText(const KernelCall& call, size_t index) {
  if (index >= call.constants.size() || !call.constants[index]) return std::nullopt;
  const auto* text = std::get_if<std::string>(&call.constants[index]->data);
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

/// What a constant names: a day of the week.
struct DayPlan {
  int number = 0;
};
std::shared_ptr<const void> PrepareDay(const KernelCall& call) {
  return std::make_shared<DayPlan>(DayPlan{DayNumber(ConstantText(call, 1).value_or(""))});
}

std::optional<int32_t> NextDay(Row& row, int32_t days, std::string_view name) {
  const int constant = row.prepared<DayPlan>().number;
  const int wanted = constant != 0 ? constant : DayNumber(name);
  if (wanted == 0) {
    if (row.mode() == EvalMode::kLegacy) return std::nullopt;
    return row.Fail("ILLEGAL_DAY_OF_WEEK", {{"string", std::string(name)}}, ErrorClass::kIllegalArgument, false);
  }
  int ahead = (wanted - IsoDayOfWeek(days) + 6) % 7 + 1;
  return days + ahead;
}

enum class Unit : uint8_t {
  kNone,
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
};

Unit TruncationUnit(std::string_view raw) {
  std::string name = UpperText(raw);
  if (name == "MICROSECOND") return Unit::kMicrosecond;
  if (name == "MILLISECOND") return Unit::kMillisecond;
  if (name == "SECOND") return Unit::kSecond;
  if (name == "MINUTE") return Unit::kMinute;
  if (name == "HOUR") return Unit::kHour;
  if (name == "DAY" || name == "DD") return Unit::kDay;
  if (name == "WEEK") return Unit::kWeek;
  if (name == "MON" || name == "MONTH" || name == "MM") return Unit::kMonth;
  if (name == "QUARTER") return Unit::kQuarter;
  if (name == "YEAR" || name == "YYYY" || name == "YY") return Unit::kYear;
  return Unit::kNone;
}

int64_t TruncateDays(int64_t days, Unit unit) {
  if (unit == Unit::kDay) return days;
  if (unit == Unit::kWeek) return days - (IsoDayOfWeek(days) - 1);
  const CivilDate date = CivilFromDays(days);
  switch (unit) {
    case Unit::kMonth:
      return days - (date.day - 1);
    case Unit::kQuarter:
      return DaysFromCivil(date.year, (date.month - 1) / 3 * 3 + 1, 1);
    case Unit::kYear:
      return DaysFromCivil(date.year, 1, 1);
    default:
      return days;
  }
}

/// The session's zone, and the unit where it is a constant.
struct TruncationPlan {
  TimeZonePtr zone;
  std::optional<Unit> unit;
  Unit UnitOf(std::string_view name) const { return unit ? *unit : TruncationUnit(name); }
};
template <size_t kUnit, size_t kTimestamp>
std::shared_ptr<const void> PrepareTruncation(const KernelCall& call) {
  auto plan = std::make_shared<TruncationPlan>();
  plan->zone = std::static_pointer_cast<const CallZone>(PrepareZone<kTimestamp>(call))->zone;
  if (const std::optional<std::string_view> name = ConstantText(call, kUnit)) plan->unit = TruncationUnit(*name);
  return plan;
}

/// trunc(date, unit): weeks and more; other units give null.
std::optional<int32_t> TruncDate(Row& row, int32_t days, std::string_view name) {
  Unit unit = row.prepared<TruncationPlan>().UnitOf(name);
  if (unit < Unit::kWeek) return std::nullopt;
  return static_cast<int32_t>(TruncateDays(days, unit));
}

/// date_trunc(unit, timestamp), on the local calendar and clock.
std::optional<int64_t> TruncTimestamp(Row& row, std::string_view name, int64_t micros) {
  const auto& plan = row.prepared<TruncationPlan>();
  const TimeZone& zone = *plan.zone;
  const Unit unit = plan.UnitOf(name);
  int64_t step = 0;
  switch (unit) {
    case Unit::kNone:
      return std::nullopt;
    case Unit::kMicrosecond:
      return micros;
    case Unit::kMillisecond:
      step = 1000;
      break;
    case Unit::kSecond:
      step = kMicrosPerSecond;
      break;
    case Unit::kMinute:
      step = kMicrosPerMinute;
      break;
    case Unit::kHour:
      step = kMicrosPerHour;
      break;
    default:
      break;
  }
  int64_t local = zone.ToLocalMicros(micros);
  // Below a day the distance to the step is the same on the time line, also in an hour that comes twice.
  if (step != 0) return micros - FloorMod(local, step);
  return zone.ToInstantMicros(TruncateDays(FloorDiv(local, kMicrosPerDay), unit) * kMicrosPerDay);
}

/// Whole months where the days of month are equal or both last; else months of 31 days.
double MonthsBetween(Row& row, int64_t end, int64_t start, bool round_off) {
  const TimeZone& zone = *row.prepared<CallZone>().zone;
  int64_t end_local = zone.ToLocalMicros(end);
  int64_t start_local = zone.ToLocalMicros(start);
  CivilDate a = CivilFromDays(FloorDiv(end_local, kMicrosPerDay));
  CivilDate b = CivilFromDays(FloorDiv(start_local, kMicrosPerDay));
  auto months = static_cast<double>((a.year - b.year) * 12 + a.month - b.month);
  bool a_last = a.day == DaysInMonth(a.year, a.month);
  bool b_last = b.day == DaysInMonth(b.year, b.month);
  if (a.day == b.day || (a_last && b_last)) return months;
  // Since midnight on the time line: an hour that the clock leaves out does not count.
  const auto since_midnight = [&](int64_t instant, int64_t local) {
    return (instant - zone.ToInstantMicros(FloorDiv(local, kMicrosPerDay) * kMicrosPerDay)) / kMicrosPerSecond;
  };
  int64_t a_seconds = since_midnight(end, end_local);
  int64_t b_seconds = since_midnight(start, start_local);
  int64_t seconds = (a.day - b.day) * kSecondsPerDay + a_seconds - b_seconds;
  double difference = months + static_cast<double>(seconds) / (31.0 * kSecondsPerDay);
  if (!round_off) return difference;
  return static_cast<double>(std::floor(difference * 1e8 + 0.5)) / 1e8;
}

std::optional<int32_t> MakeDate(Row& row, int32_t year, int32_t month, int32_t day) {
  std::optional<int64_t> days = CheckedDate(row, year, month, day);
  if (!days) return std::nullopt;
  return static_cast<int32_t>(*days);
}

std::nullopt_t FailInterval(Row& row) {
  return row.Fail("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", {}, ErrorClass::kArithmetic);
}

std::optional<int64_t> MakeDayTime(Row& row, int32_t days, int32_t hours, int32_t minutes, int128_t seconds) {
  int128_t micros = seconds + static_cast<int128_t>(minutes) * kMicrosPerMinute +
                    static_cast<int128_t>(hours) * kMicrosPerHour + static_cast<int128_t>(days) * kMicrosPerDay;
  if (static_cast<int64_t>(micros) != micros) return FailInterval(row);
  return static_cast<int64_t>(micros);
}
std::optional<int32_t> MakeYearMonth(Row& row, int32_t years, int32_t months) {
  int64_t total = static_cast<int64_t>(years) * 12 + months;
  if (static_cast<int32_t>(total) != total) return FailInterval(row);
  return static_cast<int32_t>(total);
}
std::optional<CalendarIntervalValue> MakeCalendar(Row& row, int32_t years, int32_t months, int32_t weeks, int32_t days,
                                                  int32_t hours, int32_t minutes, int128_t seconds) {
  int64_t total_months = static_cast<int64_t>(years) * 12 + months;
  int64_t total_days = static_cast<int64_t>(weeks) * 7 + days;
  int128_t micros =
      seconds + static_cast<int128_t>(hours) * kMicrosPerHour + static_cast<int128_t>(minutes) * kMicrosPerMinute;
  bool fits = static_cast<int32_t>(total_months) == total_months && static_cast<int32_t>(total_days) == total_days &&
              static_cast<int64_t>(micros) == micros;
  if (!fits) {
    if (row.mode() == EvalMode::kLegacy) return std::nullopt;
    return FailOverflow(row, "overflow", "", false);
  }
  return CalendarIntervalValue{static_cast<int32_t>(total_months), static_cast<int32_t>(total_days),
                               static_cast<int64_t>(micros)};
}

std::string DayName(int32_t days) {
  static constexpr std::string_view kNames[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return std::string(kNames[IsoDayOfWeek(days) - 1]);
}
std::string MonthName(int32_t days) {
  static constexpr std::string_view kNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return std::string(kNames[CivilFromDays(days).month - 1]);
}

}  // namespace

const Kernel kLastDay = RowKernel<LastDay>();
const Kernel kNextDay = RowKernel<NextDay>(true, PrepareDay);
const Kernel kTruncDate = RowKernel<TruncDate>(false, PrepareTruncation<1, 0>);
const Kernel kTruncTimestamp = RowKernel<TruncTimestamp>(false, PrepareTruncation<0, 1>);
const Kernel kMonthsBetween = RowKernel<MonthsBetween>(false, PrepareZone<0>);
const Kernel kMakeDate = RowKernel<MakeDate>(true);
const Kernel kMakeDayTimeInterval = RowKernel<MakeDayTime>(true);
const Kernel kMakeYearMonthInterval = RowKernel<MakeYearMonth>(true);
const Kernel kMakeInterval = RowKernel<MakeCalendar>(true);
const Kernel kDayName = RowKernel<DayName>();
const Kernel kMonthName = RowKernel<MonthName>();

}  // namespace firesteel::functions
