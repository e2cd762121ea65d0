#include <optional>

#include "functions/kernels/datetime/pattern.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "types/calendar.h"

/// Dates and timestamps to and from text by a pattern of the user.
namespace firesteel::functions {

namespace {

struct PatternPlan {
  TimeZonePtr zone;
  std::optional<DatetimePattern> constant;
};

/// What a pattern is compiled for.
enum class PatternUse : uint8_t { kWriting, kReading, kReadingClocks };

DatetimePattern Compile(std::string_view pattern, PatternUse use) {
  if (use == PatternUse::kReadingClocks) return DatetimePattern::CompileForClock(pattern);
  return DatetimePattern::Compile(pattern, use == PatternUse::kReading);
}

/// The pattern is argument `kPattern`; compiled once when it is a constant.
template <size_t kPattern, PatternUse kUse>
std::shared_ptr<const void> PreparePattern(const KernelCall& call) {
  auto plan = std::make_shared<PatternPlan>();
  plan->zone = TimeZone::Find(call.time_zone);
  if (!plan->zone) plan->zone = TimeZone::Utc();
  if (kPattern < call.constants.size() && call.constants[kPattern]) {
    const Value& value = *call.constants[kPattern];
    if (std::holds_alternative<std::string>(value.data)) {
      plan->constant = Compile(value.text(), kUse);
    }
  }
  return plan;
}

/// A pattern of a row, which is mostly that of the row before. Valid until the next call in this thread.
const DatetimePattern& CompiledPattern(std::string_view pattern, PatternUse use) {
  struct Last {
    std::string text;
    PatternUse use = PatternUse::kWriting;
    std::optional<DatetimePattern> compiled;
  };
  thread_local Last last;
  if (!last.compiled || last.use != use || last.text != pattern) {
    last.compiled.reset();  // the next line may throw
    last.compiled = Compile(pattern, use);
    last.text = pattern;
    last.use = use;
  }
  return *last.compiled;
}

/// A bad pattern of a row ends the query, also where a text that cannot be read gives null.
template <PatternUse kUse = PatternUse::kReading, class F>
auto WithPattern(Row& row, std::string_view pattern, F&& f) -> decltype(f(std::declval<const DatetimePattern&>())) {
  const auto& plan = row.prepared<PatternPlan>();
  return f(plan.constant ? *plan.constant : CompiledPattern(pattern, kUse));
}

/// Whether a letter of the pattern stands for something that a time of day has not.
bool NamesDateField(std::string_view pattern) {
  bool quoted = false;
  for (char c : pattern) {
    if (c == '\'') quoted = !quoted;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!quoted && letter && std::string_view("HhKkmsSanAN").find(c) == std::string_view::npos) return true;
  }
  return false;
}

/// Instants, counted in units of `kUnit` microseconds, as the session's clock shows them.
template <int64_t kUnit>
void RunFormatInstant(KernelContext& context, std::span<const VectorView> arguments, size_t rows,
                      ResultVector& result) {
  const auto& plan = context.prepared<PatternPlan>();
  std::string room;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    // Java multiplies without looking for an overflow.
    const auto micros = static_cast<int64_t>(static_cast<uint64_t>(arguments[0].Get<int64_t>(row)) * kUnit);
    const int64_t local = plan.zone->ToLocalMicros(micros);
    const DatetimePattern& pattern =
        plan.constant ? *plan.constant : CompiledPattern(arguments[1].Text(row), PatternUse::kWriting);
    result.SetText(row, pattern.Format(local, micros, *plan.zone, room));
  }
}

std::optional<std::string> FormatTime(Row& row, int64_t nanos, std::string_view pattern) {
  if (NamesDateField(pattern)) {
    return row.Fail(
        "INVALID_PARAMETER_VALUE.PATTERN",
        {{"functionName", "`date_format`"}, {"parameter", "`format`"}, {"value", "'" + std::string(pattern) + "'"}},
        ErrorClass::kRuntime, false);
  }
  return WithPattern(row, pattern, [&](const DatetimePattern& p) -> std::optional<std::string> {
    return p.Format(nanos / 1000, nanos / 1000, *TimeZone::Utc());
  });
}

/// CANNOT_PARSE_TIMESTAMP with the try_ function that the row's name suggests.
std::nullopt_t FailParse(Row& row, std::string_view text, const DatetimePattern::Stop& stop,
                         std::string_view suggested) {
  if (row.mode() == EvalMode::kLegacy) return std::nullopt;
  std::string message = "Text '" + std::string(text) + "' could not be parsed" +
                        (stop.at_rest ? ", unparsed text found" : "") + " at index " + std::to_string(stop.index);
  if (!stop.reason.empty()) message = stop.reason;
  return row.Fail("CANNOT_PARSE_TIMESTAMP",
                  {{"message", std::move(message)}, {"func", "`" + std::string(suggested) + "`"}},
                  ErrorClass::kDateTime, false);
}

std::optional<int64_t> ParseInstant(Row& row, std::string_view text, std::string_view pattern,
                                    std::string_view suggested) {
  const TimeZone& zone = *row.prepared<PatternPlan>().zone;
  return WithPattern(row, pattern, [&](const DatetimePattern& p) -> std::optional<int64_t> {
    DatetimePattern::Stop stop;
    std::optional<DatetimePattern::Parsed> parsed = p.Parse(text, stop);
    if (!parsed) return FailParse(row, text, stop, suggested);
    return (parsed->zone ? *parsed->zone : zone).ToInstantMicros(parsed->local_micros);
  });
}

std::optional<int64_t> ToTimestamp(Row& row, std::string_view text, std::string_view pattern) {
  return ParseInstant(row, text, pattern, "try_to_timestamp");
}
std::optional<int64_t> ToTimestampNtz(Row& row, std::string_view text, std::string_view pattern) {
  return WithPattern<PatternUse::kReadingClocks>(row, pattern, [&](const DatetimePattern& p) -> std::optional<int64_t> {
    DatetimePattern::Stop stop;
    std::optional<DatetimePattern::Parsed> parsed = p.Parse(text, stop);
    if (!parsed) return FailParse(row, text, stop, "try_to_timestamp");
    return parsed->local_micros;
  });
}
std::optional<int32_t> ToDate(Row& row, std::string_view text, std::string_view pattern) {
  std::optional<int64_t> micros = ParseInstant(row, text, pattern, "try_to_date");
  if (!micros) return std::nullopt;
  const TimeZone& zone = *row.prepared<PatternPlan>().zone;
  return static_cast<int32_t>(FloorDiv(zone.ToLocalMicros(*micros), kMicrosPerDay));
}
std::optional<int64_t> UnixTimestamp(Row& row, std::string_view text, std::string_view pattern) {
  std::optional<int64_t> micros = ParseInstant(row, text, pattern, "try_to_timestamp");
  if (!micros) return std::nullopt;
  return *micros / kMicrosPerSecond;  // towards 1970
}

}  // namespace

/// date_format: of a timestamp on the session's clock, or of a time of day, which has no date to show.
void RunDateFormat(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  if (context.call().argument_types[0].Is(TypeKind::kTime)) {
    return RunRows<FormatTime>(context, arguments, rows, result);
  }
  return RunFormatInstant<1>(context, arguments, rows, result);
}

const Kernel kDateFormat{RunDateFormat, PreparePattern<1, PatternUse::kWriting>, true};
const Kernel kFromUnixtime{RunFormatInstant<kMicrosPerSecond>, PreparePattern<1, PatternUse::kWriting>, true};
const Kernel kParseTimestampFormat = RowKernel<ToTimestamp>(true, PreparePattern<1, PatternUse::kReading>);
const Kernel kParseTimestampNtzFormat = RowKernel<ToTimestampNtz>(true, PreparePattern<1, PatternUse::kReadingClocks>);
const Kernel kParseDateFormat = RowKernel<ToDate>(true, PreparePattern<1, PatternUse::kReading>);
const Kernel kUnixTimestampFormat = RowKernel<UnixTimestamp>(true, PreparePattern<1, PatternUse::kReading>);

}  // namespace firesteel::functions
