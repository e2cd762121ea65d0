#include "functions/kernels/datetime/time_functions.h"

#include <cmath>
#include <string>

#include "functions/kernels/datetime/pattern.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/case_mapping.h"
#include "types/calendar.h"
#include "types/datetime_text.h"
#include "types/quoting.h"

namespace firesteel::functions {

namespace {

constexpr int64_t kNanosPerMicro = 1000;
constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr int64_t kNanosPerMinute = 60 * kNanosPerSecond;
constexpr int64_t kNanosPerHour = 60 * kNanosPerMinute;

std::nullopt_t FailRange(Row& row, std::string message) {
  return row.Fail("DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", {{"rangeMessage", std::move(message)}},
                  ErrorClass::kDateTime, false);
}

std::nullopt_t FailField(Row& row, std::string_view field, std::string_view range, int64_t value) {
  return FailRange(row, "Invalid value for " + std::string(field) + " (valid values " + std::string(range) +
                            "): " + std::to_string(value));
}

/// Seconds are decimal(16,6).
std::optional<int64_t> MakeTime(Row& row, int32_t hour, int32_t minute, int128_t second) {
  const auto micros = static_cast<int64_t>(second);
  const int64_t whole = micros / kMicrosPerSecond;
  if (micros < 0 || whole > INT32_MAX) return FailField(row, "SecondOfMinute", "0 - 59", whole);
  if (hour < 0 || hour > 23) return FailField(row, "HourOfDay", "0 - 23", hour);
  if (minute < 0 || minute > 59) return FailField(row, "MinuteOfHour", "0 - 59", minute);
  if (whole > 59) return FailField(row, "SecondOfMinute", "0 - 59", whole);
  return hour * kNanosPerHour + minute * kNanosPerMinute + micros * kNanosPerMicro;
}

std::nullopt_t FailTime(Row& row, std::string_view text, std::string_view pattern) {
  return row.Fail("CANNOT_PARSE_TIME", {{"input", SingleQuoted(text)}, {"format", SingleQuoted(pattern)}},
                  ErrorClass::kDateTime, false);
}

std::optional<int64_t> ToTime(Row& row, std::string_view text) {
  const std::optional<int64_t> nanos = ParseTime(text);
  if (nanos) return *nanos;
  return FailTime(row, text, "HH:mm:ss.SSSSSS");
}

void RunToTime(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  if (arguments.size() == 1) return RunRows<ToTime>(context, arguments, rows, result);
  std::string known;
  std::optional<DatetimePattern> pattern;
  Row row(context);
  for (row.index = 0; row.index < rows; ++row.index) {
    if (!arguments[0].IsValid(row.index) || !arguments[1].IsValid(row.index)) {
      result.SetNull(row.index);
      continue;
    }
    const std::string_view text = arguments[0].Text(row.index);
    const std::string_view wanted = arguments[1].Text(row.index);
    if (!pattern || known != wanted) {
      known = wanted;
      try {
        pattern = DatetimePattern::CompileForClock(wanted);
      } catch (const QueryError&) {
        // try_to_time tolerates everything, a bad pattern too.
        if (row.mode() != EvalMode::kTry) throw;
        pattern.reset();
      }
    }
    DatetimePattern::Stop stop;
    const std::optional<DatetimePattern::Parsed> parsed = pattern ? pattern->Parse(text, stop) : std::nullopt;
    if (parsed) {
      result.Data<int64_t>()[row.index] = FloorMod(parsed->local_micros, kMicrosPerDay) * kNanosPerMicro;
      continue;
    }
    result.SetNull(row.index);
    FailTime(row, text, wanted);
    if (context.failed()) return;
  }
}

/// Length of a unit in nanoseconds; 0 for no unit of times.
int64_t UnitNanos(std::string_view raw) {
  const std::string name = UpperText(raw);
  if (name == "HOUR") return kNanosPerHour;
  if (name == "MINUTE") return kNanosPerMinute;
  if (name == "SECOND") return kNanosPerSecond;
  if (name == "MILLISECOND") return kNanosPerMilli;
  if (name == "MICROSECOND") return kNanosPerMicro;
  return 0;
}

std::nullopt_t FailUnit(Row& row, std::string_view unit) {
  return row.Fail("INVALID_PARAMETER_VALUE.TIME_UNIT",
                  {{"functionName", "`" + row.call().function_name + "`"},
                   {"parameter", "`unit`"},
                   {"invalidValue", SingleQuoted(unit)}},
                  ErrorClass::kIllegalArgument, false);
}

std::optional<int64_t> TimeDiff(Row& row, std::string_view unit, int64_t start, int64_t end) {
  const int64_t length = UnitNanos(unit);
  if (length == 0) return FailUnit(row, unit);
  return (end - start) / length;
}

std::optional<int64_t> TimeTrunc(Row& row, std::string_view unit, int64_t nanos) {
  const int64_t length = UnitNanos(unit);
  if (length == 0) return FailUnit(row, unit);
  return nanos - nanos % length;
}

std::optional<int64_t> OfDay(Row& row, int128_t nanos) {
  if (nanos >= 0 && nanos < kNanosPerDay) return static_cast<int64_t>(nanos);
  if (static_cast<int64_t>(nanos) != nanos) return FailRange(row, "Overflow in TIME conversion");
  return FailRange(row, "Invalid TIME value: must be between 00:00:00 and 23:59:59.999999999, but got " +
                            std::to_string(static_cast<int64_t>(nanos)) + " nanoseconds");
}

std::optional<int64_t> FromSeconds(Row& row, int64_t seconds) {
  return OfDay(row, static_cast<int128_t>(seconds) * kNanosPerSecond);
}
std::optional<int64_t> FromMillis(Row& row, int64_t millis) {
  return OfDay(row, static_cast<int128_t>(millis) * kNanosPerMilli);
}
std::optional<int64_t> FromMicros(Row& row, int64_t micros) {
  return OfDay(row, static_cast<int128_t>(micros) * kNanosPerMicro);
}
std::optional<int64_t> FromDecimal(Row& row, int128_t value) {
  int scale = row.call().argument_types[0].scale();
  for (; scale < 9; ++scale) {
    if (__builtin_mul_overflow(value, static_cast<int128_t>(10), &value)) {
      return FailRange(row, "Overflow in TIME conversion");
    }
  }
  for (; scale > 9; --scale) {
    // Parts of a nanosecond are not cut off.
    if (value % 10 != 0) return FailRange(row, "Overflow in TIME conversion");
    value /= 10;
  }
  return OfDay(row, value);
}
std::optional<int64_t> FromDouble(Row& row, double seconds) {
  if (!std::isfinite(seconds)) return FailRange(row, "Cannot convert NaN or Infinite value to TIME");
  // Beyond the range of a long Java's conversion stops at its ends.
  const double nanos = seconds * 1e9;
  if (std::fabs(nanos) >= 0x1p63) return OfDay(row, nanos > 0 ? INT64_MAX : INT64_MIN);
  return OfDay(row, static_cast<int128_t>(nanos));
}

void RunFromSeconds(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kDecimal:
      return RunRows<FromDecimal>(context, arguments, rows, result);
    case TypeKind::kDouble:
      return RunRows<FromDouble>(context, arguments, rows, result);
    default:
      return RunRows<FromSeconds>(context, arguments, rows, result);
  }
}

int128_t ToSeconds(int64_t nanos) { return nanos / kNanosPerMicro; }
int64_t ToMillis(int64_t nanos) { return nanos / kNanosPerMilli; }
int64_t ToMicros(int64_t nanos) { return nanos / kNanosPerMicro; }

}  // namespace

const Kernel kMakeTime = RowKernel<MakeTime>(true);
const Kernel kToTime{RunToTime, nullptr, true};
const Kernel kTimeDiff = RowKernel<TimeDiff>(true);
const Kernel kTimeTrunc = RowKernel<TimeTrunc>(true);
const Kernel kTimeFromSeconds{RunFromSeconds, nullptr, true};
const Kernel kTimeFromMillis = RowKernel<FromMillis>(true);
const Kernel kTimeFromMicros = RowKernel<FromMicros>(true);
const Kernel kTimeToSeconds = RowKernel<ToSeconds>();
const Kernel kTimeToMillis = RowKernel<ToMillis>();
const Kernel kTimeToMicros = RowKernel<ToMicros>();

}  // namespace firesteel::functions
