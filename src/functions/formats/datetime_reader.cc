#include "functions/formats/datetime_reader.h"

#include <string>

#include "functions/formats/datetime_writer.h"
#include "types/calendar.h"
#include "types/datetime_text.h"

namespace firesteel::functions {
namespace {

std::optional<DatetimePattern> PatternOf(const FormatOptions& options, std::string_view key) {
  const std::string* pattern = options.Find(key);
  return pattern ? std::optional<DatetimePattern>(DatetimePattern::Compile(*pattern)) : std::nullopt;
}

std::optional<int64_t> LocalMicros(const DatetimePattern& pattern, std::string_view text) {
  DatetimePattern::Stop stop;
  const auto parsed = pattern.Parse(text, stop);
  return parsed ? std::optional<int64_t>(parsed->local_micros) : std::nullopt;
}

/// DateTimeUtils.cleanLegacyTimestampStr: "…GMT+01:00" means "…+01:00".
std::string WithoutGmt(std::string_view text) {
  const size_t at = text.find("GMT");
  if (at == std::string_view::npos) return std::string(text);
  return std::string(text.substr(0, at)) + std::string(text.substr(at + 3));
}

}  // namespace

DatetimeReader::DatetimeReader(const FormatOptions& options, std::string_view session_time_zone, int64_t now_micros)
    : zone_(ZoneOfOptions(options, session_time_zone)),
      now_micros_(now_micros),
      date_(PatternOf(options, "dateformat")),
      timestamp_(PatternOf(options, "timestampformat")),
      timestamp_ntz_(PatternOf(options, "timestampntzformat")),
      time_(PatternOf(options, "timeformat")),
      date_fallback_(options.Flag("enableDateTimeParsingFallback", !date_)),
      timestamp_fallback_(options.Flag("enableDateTimeParsingFallback", !timestamp_)) {}

std::optional<int64_t> DatetimeReader::Date(std::string_view text) const {
  if (date_) {
    if (auto micros = LocalMicros(*date_, text)) return FloorDiv(*micros, kMicrosPerDay);
    if (!date_fallback_) return std::nullopt;
  }
  return ParseDate(text.find("GMT") == std::string_view::npos ? text : std::string_view(WithoutGmt(text)));
}

std::optional<int64_t> DatetimeReader::Timestamp(std::string_view text) const {
  if (timestamp_) {
    DatetimePattern::Stop stop;
    if (auto parsed = timestamp_->Parse(text, stop)) {
      return (parsed->zone ? *parsed->zone : *zone_).ToInstantMicros(parsed->local_micros);
    }
    if (!timestamp_fallback_) return std::nullopt;
  }
  if (auto micros = ParseTimestamp(text, *zone_, now_micros_)) return micros;
  if (!timestamp_fallback_ || text.find("GMT") == std::string_view::npos) return std::nullopt;
  return ParseTimestamp(WithoutGmt(text), *zone_, now_micros_);
}

std::optional<int64_t> DatetimeReader::TimestampNtz(std::string_view text) const {
  if (timestamp_ntz_) {
    DatetimePattern::Stop stop;
    auto parsed = timestamp_ntz_->Parse(text, stop);
    if (!parsed || parsed->zone || parsed->offset_seconds) return std::nullopt;
    return parsed->local_micros;
  }
  return ParseTimestampNtz(text, /*allow_time_zone=*/false);
}

std::optional<int64_t> DatetimeReader::Time(std::string_view text) const {
  if (!time_) return ParseTime(text);
  auto micros = LocalMicros(*time_, text);
  return micros ? std::optional<int64_t>(FloorMod(*micros, kMicrosPerDay) * 1000) : std::nullopt;
}

std::optional<int64_t> DatetimeReader::StrictDate(std::string_view text) const {
  if (date_) {
    auto micros = LocalMicros(*date_, text);
    return micros ? std::optional<int64_t>(FloorDiv(*micros, kMicrosPerDay)) : std::nullopt;
  }
  // yyyy-MM-dd: a year of four digits or more (with its sign then), two digits each for month and day.
  const size_t sign = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  if (text.size() < sign + 10 || text[text.size() - 3] != '-' || text[text.size() - 6] != '-') return std::nullopt;
  for (size_t i = sign; i < text.size(); ++i) {
    const bool is_dash = i == text.size() - 3 || i == text.size() - 6;
    if (!is_dash && (text[i] < '0' || text[i] > '9')) return std::nullopt;
  }
  return ParseDate(text);
}

}  // namespace firesteel::functions
