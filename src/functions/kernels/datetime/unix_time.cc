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

/// The zones that a call names in its arguments, where they are constants.
struct NamedZones {
  TimeZonePtr first;
  TimeZonePtr second;
};

template <size_t kFirst, size_t kSecond = kFirst>
std::shared_ptr<const void> PrepareNamedZones(const KernelCall& call) {
  return std::make_shared<NamedZones>(NamedZones{ConstantZone(call, kFirst), ConstantZone(call, kSecond)});
}

/// The zone of a row; where its text is none, the row fails.
const TimeZone* ZoneOf(Row& row, const VectorView& names, const TimeZonePtr& constant, ZoneMemo& memo) {
  if (constant) return constant.get();
  const std::string_view name = names.Text(row.index);
  const TimeZone* zone = memo.Find(name);
  if (!zone) row.Fail("INVALID_TIMEZONE", {{"timeZone", std::string(name)}}, ErrorClass::kDateTime, false);
  return zone;
}

/// The instant's clock in UTC, read as a clock of the zone, and back. Spark moves the instant itself, whatever the
/// session's zone is.
template <bool kToUtc>
void RunUtcShift(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const TimeZonePtr& constant = context.prepared<NamedZones>().first;
  ZoneMemo memo;
  Row row(context);
  for (row.index = 0; row.index < rows; ++row.index) {
    const size_t i = row.index;
    if (!arguments[0].IsValid(i) || !arguments[1].IsValid(i)) {
      result.SetNull(i);
      continue;
    }
    const TimeZone* zone = ZoneOf(row, arguments[1], constant, memo);
    if (context.failed()) return;
    if (!zone) continue;
    const int64_t micros = arguments[0].Get<int64_t>(i);
    result.Data<int64_t>()[i] = kToUtc ? zone->ToInstantMicros(micros) : zone->ToLocalMicros(micros);
  }
}

void RunConvertZone(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const NamedZones& constants = context.prepared<NamedZones>();
  ZoneMemo sources;
  ZoneMemo targets;
  Row row(context);
  for (row.index = 0; row.index < rows; ++row.index) {
    const size_t i = row.index;
    if (!arguments[0].IsValid(i) || !arguments[1].IsValid(i) || !arguments[2].IsValid(i)) {
      result.SetNull(i);
      continue;
    }
    const TimeZone* source = ZoneOf(row, arguments[0], constants.first, sources);
    const TimeZone* target = source ? ZoneOf(row, arguments[1], constants.second, targets) : nullptr;
    if (context.failed()) return;
    if (!target) continue;
    result.Data<int64_t>()[i] = target->ToLocalMicros(source->ToInstantMicros(arguments[2].Get<int64_t>(i)));
  }
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

/// The session's zone, and the unit where it is a constant.
struct UnitPlan {
  TimeZonePtr zone;
  std::optional<UnitLength> unit;
};

template <size_t kTimestamp>
std::shared_ptr<const void> PrepareUnit(const KernelCall& call) {
  auto plan = std::make_shared<UnitPlan>();
  plan->zone = std::static_pointer_cast<const CallZone>(PrepareZone<kTimestamp>(call))->zone;
  if (!call.constants.empty() && call.constants[0]) {
    if (const auto* name = std::get_if<std::string>(&call.constants[0]->data)) plan->unit = UnitOf(*name);
  }
  return plan;
}

std::nullopt_t FailUnit(Row& row, std::string_view name) {
  return row.Fail("INVALID_PARAMETER_VALUE.DATETIME_UNIT",
                  {{"functionName", "`" + row.call().function_name + "`"},
                   {"parameter", "`unit`"},
                   {"invalidValue", SingleQuoted(name)}},
                  ErrorClass::kIllegalArgument, false);
}

std::optional<int64_t> TimestampAdd(Row& row, std::string_view name, int64_t count, int64_t micros) {
  const auto& plan = row.prepared<UnitPlan>();
  const std::optional<UnitLength> unit = plan.unit ? plan.unit : UnitOf(name);
  if (!unit) return FailUnit(row, name);
  const TimeZone& zone = *plan.zone;
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
      if (!overflow) moved = zone.ToInstantKeeping(moved, static_cast<int32_t>((local - micros) / kMicrosPerSecond));
    }
  }
  if (!overflow) return moved;
  return row.Fail("DATETIME_OVERFLOW",
                  {{"operation", "add " + std::to_string(count) + "L " + UpperText(name) + " to TIMESTAMP '" +
                                     TimestampText(micros, zone) + "'"}},
                  ErrorClass::kArithmetic, false);
}

/// Whole months from one local time to another, towards zero, as java.time counts them: where the time of day has not
/// come yet, they end the day before, which may be in another month.
int64_t WholeMonths(int64_t start, int64_t end) {
  const int64_t start_day = FloorDiv(start, kMicrosPerDay);
  int64_t end_day = FloorDiv(end, kMicrosPerDay);
  const int64_t start_time = FloorMod(start, kMicrosPerDay);
  const int64_t end_time = FloorMod(end, kMicrosPerDay);
  if (end_day > start_day && end_time < start_time) {
    --end_day;
  } else if (end_day < start_day && end_time > start_time) {
    ++end_day;
  }
  const auto packed = [](int64_t day) {
    const CivilDate date = CivilFromDays(day);
    return (date.year * 12 + date.month) * 32 + date.day;
  };
  return (packed(end_day) - packed(start_day)) / 32;
}

std::optional<int64_t> TimestampDiff(Row& row, std::string_view name, int64_t start, int64_t end) {
  const auto& plan = row.prepared<UnitPlan>();
  const std::optional<UnitLength> unit = plan.unit ? plan.unit : UnitOf(name);
  if (!unit) return FailUnit(row, name);
  const TimeZone& zone = *plan.zone;
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
const Kernel kFromUtc{RunUtcShift<false>, PrepareNamedZones<1>, true};
const Kernel kToUtc{RunUtcShift<true>, PrepareNamedZones<1>, true};
const Kernel kConvertZone{RunConvertZone, PrepareNamedZones<0, 1>, true};
const Kernel kTimestampAdd = RowKernel<TimestampAdd>(true, PrepareUnit<2>);
const Kernel kTimestampDiff = RowKernel<TimestampDiff>(true, PrepareUnit<1>);

}  // namespace firesteel::functions
