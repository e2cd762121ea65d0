#include <cmath>
#include <limits>
#include <string>

#include "base/java_text.h"
#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/datetime/zone.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/string/case_mapping.h"
#include "types/calendar.h"
#include "types/datetime_text.h"
#include "types/quoting.h"

/// Timestamps as counts since 1970, moved between zones, and counted in units.
namespace firesteel::functions {

namespace {

int64_t FloorSeconds(int64_t micros) { return FloorDiv(micros, kMicrosPerSecond); }
int64_t FloorMillis(int64_t micros) { return FloorDiv(micros, 1000); }

std::optional<int64_t> Scaled(Row& row, int64_t count, int64_t unit, std::string_view unit_name) {
  int64_t micros;
  if (!__builtin_mul_overflow(count, unit, &micros)) return micros;
  std::string operation = "create a TIMESTAMP from " + std::to_string(count) + "L " + std::string(unit_name);
  return row.Fail("DATETIME_OVERFLOW", {{"operation", operation + " since the epoch"}}, ErrorClass::kArithmetic, false);
}
std::optional<int64_t> FromSeconds(Row& row, int64_t count) { return Scaled(row, count, kMicrosPerSecond, "seconds"); }
std::optional<int64_t> FromMillis(Row& row, int64_t count) { return Scaled(row, count, 1000, "milliseconds"); }
std::optional<int64_t> FromSecondsDouble(double seconds) {
  if (!std::isfinite(seconds)) return std::nullopt;
  // Java's cast saturates.
  const double micros = seconds * static_cast<double>(kMicrosPerSecond);
  if (micros >= 9223372036854775808.0) return std::numeric_limits<int64_t>::max();
  if (micros <= -9223372036854775808.0) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(micros);
}
std::optional<int64_t> FromSecondsDecimal(Row& row, int128_t value) {
  int scale = row.call().argument_types[0].scale();
  int128_t micros = value;
  for (; scale < 6; ++scale) micros *= 10;
  int128_t unit = 1;
  for (; scale > 6; --scale) unit *= 10;
  if (micros % unit != 0) return FailOverflow(row, "Rounding necessary", "");
  micros /= unit;
  if (static_cast<int64_t>(micros) != micros) {
    const std::string seconds = DecimalPlainText(value, row.call().argument_types[0].scale());
    return row.Fail("DATETIME_OVERFLOW",
                    {{"operation", "create a TIMESTAMP from " + seconds + "BD seconds since the epoch"}},
                    ErrorClass::kArithmetic, false);
  }
  return static_cast<int64_t>(micros);
}

void RunFromSeconds(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kDouble:
      return RunRows<FromSecondsDouble>(context, arguments, rows, result);
    case TypeKind::kDecimal:
      return RunRows<FromSecondsDecimal>(context, arguments, rows, result);
    default:
      return RunRows<FromSeconds>(context, arguments, rows, result);
  }
}

TimeZonePtr ZoneOf(Row& row, std::string_view name) {
  TimeZonePtr zone = TimeZone::Find(name);
  if (!zone) {
    row.Fail("INVALID_TIMEZONE", {{"timeZone", std::string(name)}}, ErrorClass::kDateTime, false);
  }
  return zone;
}

/// The instant's clock in UTC, read as a clock of the zone, and back.
std::optional<int64_t> FromUtc(Row& row, int64_t micros, std::string_view name) {
  TimeZonePtr zone = ZoneOf(row, name);
  if (!zone) return std::nullopt;
  // Spark moves the instant itself, whatever the session's zone is.
  return zone->ToLocalMicros(micros);
}
std::optional<int64_t> ToUtc(Row& row, int64_t micros, std::string_view name) {
  TimeZonePtr zone = ZoneOf(row, name);
  if (!zone) return std::nullopt;
  return zone->ToInstantMicros(micros);
}
std::optional<int64_t> ConvertZone(Row& row, std::string_view from, std::string_view to, int64_t local) {
  TimeZonePtr source = ZoneOf(row, from);
  if (!source) return std::nullopt;
  TimeZonePtr target = ZoneOf(row, to);
  if (!target) return std::nullopt;
  return target->ToLocalMicros(source->ToInstantMicros(local));
}

struct UnitLength {
  int64_t months = 0;
  int64_t days = 0;
  int64_t micros = 0;
};

std::optional<UnitLength> UnitOf(std::string_view raw) {
  std::string name = UpperText(raw);
  if (name == "MICROSECOND") return UnitLength{0, 0, 1};
  if (name == "MILLISECOND") return UnitLength{0, 0, 1000};
  if (name == "SECOND") return UnitLength{0, 0, kMicrosPerSecond};
  if (name == "MINUTE") return UnitLength{0, 0, kMicrosPerMinute};
  if (name == "HOUR") return UnitLength{0, 0, kMicrosPerHour};
  if (name == "DAY" || name == "DAYOFYEAR") return UnitLength{0, 1, 0};
  if (name == "WEEK") return UnitLength{0, 7, 0};
  if (name == "MONTH") return UnitLength{1, 0, 0};
  if (name == "QUARTER") return UnitLength{3, 0, 0};
  if (name == "YEAR") return UnitLength{12, 0, 0};
  return std::nullopt;
}

std::nullopt_t FailUnit(Row& row, std::string_view name) {
  return row.Fail("INVALID_PARAMETER_VALUE.DATETIME_UNIT",
                  {{"functionName", "`" + row.call().function_name + "`"},
                   {"parameter", "`unit`"},
                   {"invalidValue", SingleQuoted(name)}},
                  ErrorClass::kIllegalArgument, false);
}

std::optional<int64_t> TimestampAdd(Row& row, std::string_view name, int64_t count, int64_t micros) {
  std::optional<UnitLength> unit = UnitOf(name);
  if (!unit) return FailUnit(row, name);
  const TimeZone& zone = *row.prepared<CallZone>().zone;
  int64_t moved;
  bool overflow = false;
  if (unit->micros != 0) {
    overflow = __builtin_mul_overflow(count, unit->micros, &moved) || __builtin_add_overflow(micros, moved, &moved);
  } else {
    int64_t local = zone.ToLocalMicros(micros);
    int64_t months = 0;
    int64_t days = 0;
    overflow = __builtin_mul_overflow(count, unit->months, &months) ||
               __builtin_mul_overflow(count, unit->days, &days) || months > 12'000'000 || months < -12'000'000 ||
               days > 4'000'000'000 || days < -4'000'000'000;
    if (!overflow) {
      int64_t day = AddMonths(FloorDiv(local, kMicrosPerDay), months) + days;
      overflow = __builtin_mul_overflow(day, kMicrosPerDay, &moved) ||
                 __builtin_add_overflow(moved, FloorMod(local, kMicrosPerDay), &moved);
      if (!overflow) moved = zone.ToInstantMicros(moved);
    }
  }
  if (!overflow) return moved;
  return row.Fail("DATETIME_OVERFLOW",
                  {{"operation", "add " + std::to_string(count) + "L " + UpperText(name) + " to TIMESTAMP '" +
                                     TimestampText(micros, zone) + "'"}},
                  ErrorClass::kArithmetic, false);
}

/// Whole months from one local time to another, towards zero.
int64_t WholeMonths(int64_t start, int64_t end) {
  CivilDate a = CivilFromDays(FloorDiv(start, kMicrosPerDay));
  CivilDate b = CivilFromDays(FloorDiv(end, kMicrosPerDay));
  int64_t months = (b.year - a.year) * 12 + b.month - a.month;
  int64_t a_rest = a.day * kMicrosPerDay + FloorMod(start, kMicrosPerDay);
  int64_t b_rest = b.day * kMicrosPerDay + FloorMod(end, kMicrosPerDay);
  if (months > 0 && b_rest < a_rest) --months;
  if (months < 0 && b_rest > a_rest) ++months;
  return months;
}

std::optional<int64_t> TimestampDiff(Row& row, std::string_view name, int64_t start, int64_t end) {
  std::optional<UnitLength> unit = UnitOf(name);
  if (!unit) return FailUnit(row, name);
  const TimeZone& zone = *row.prepared<CallZone>().zone;
  int64_t a = zone.ToLocalMicros(start);
  int64_t b = zone.ToLocalMicros(end);
  if (unit->months != 0) return WholeMonths(a, b) / unit->months;
  int64_t step = unit->days != 0 ? unit->days * kMicrosPerDay : unit->micros;
  return (b - a) / step;
}

}  // namespace

const Kernel kUnixSeconds = RowKernel<FloorSeconds>();
const Kernel kUnixMillis = RowKernel<FloorMillis>();
const Kernel kTimestampSeconds{RunFromSeconds, nullptr, true};
const Kernel kTimestampMillis = RowKernel<FromMillis>(true);
const Kernel kFromUtc = RowKernel<FromUtc>(true);
const Kernel kToUtc = RowKernel<ToUtc>(true);
const Kernel kConvertZone = RowKernel<ConvertZone>(true);
const Kernel kTimestampAdd = RowKernel<TimestampAdd>(true, PrepareZone<2>);
const Kernel kTimestampDiff = RowKernel<TimestampDiff>(true, PrepareZone<1>);

}  // namespace firesteel::functions
