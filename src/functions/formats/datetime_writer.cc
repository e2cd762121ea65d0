#include "functions/formats/datetime_writer.h"

#include "base/error.h"
#include "types/calendar.h"
#include "types/datetime_text.h"

namespace firesteel::functions {
namespace {

// Spark's default pattern ends in [.SSS][XXX], but its formatter of the default writes seconds of an offset, too.
constexpr std::string_view kTimestampPattern = "yyyy-MM-dd'T'HH:mm:ss.SSSXXXXX";
constexpr std::string_view kTimestampNtzPattern = "yyyy-MM-dd'T'HH:mm:ss.SSS";

std::optional<DatetimePattern> PatternOf(const FormatOptions& options, std::string_view key) {
  const std::string* pattern = options.Find(key);
  return pattern ? std::optional<DatetimePattern>(DatetimePattern::Compile(*pattern)) : std::nullopt;
}

}  // namespace

TimeZonePtr ZoneOfOptions(const FormatOptions& options, std::string_view session_time_zone) {
  const std::string* name = options.Find("timezone");
  TimeZonePtr zone = TimeZone::Find(name ? std::string_view(*name) : session_time_zone);
  if (!zone && name) {
    throw QueryError("INVALID_TIMEZONE", {{"timeZone", *name}}, nullptr, ErrorClass::kDateTime);
  }
  return zone ? zone : TimeZone::Utc();
}

DatetimeWriter::DatetimeWriter(const FormatOptions& options, std::string_view session_time_zone)
    : zone_(ZoneOfOptions(options, session_time_zone)),
      date_(PatternOf(options, "dateformat")),
      timestamp_(DatetimePattern::Compile(options.Text("timestampformat", kTimestampPattern))),
      timestamp_ntz_(DatetimePattern::Compile(options.Text("timestampntzformat", kTimestampNtzPattern))),
      time_(PatternOf(options, "timeformat")) {}

void DatetimeWriter::AppendDate(int64_t days, std::string& text) const {
  if (!date_) {
    text += DateText(days);
    return;
  }
  const int64_t micros = days * kMicrosPerDay;
  text += date_->Format(micros, micros, *TimeZone::Utc());
}

void DatetimeWriter::AppendTimestamp(int64_t micros, std::string& text) const {
  text += timestamp_.Format(zone_->ToLocalMicros(micros), micros, *zone_);
}

void DatetimeWriter::AppendTimestampNtz(int64_t micros, std::string& text) const {
  text += timestamp_ntz_.Format(micros, micros, *TimeZone::Utc());
}

void DatetimeWriter::AppendTime(int64_t nanos, std::string& text) const {
  if (!time_) {
    text += TimeText(nanos);
    return;
  }
  text += time_->Format(nanos / 1000, nanos / 1000, *TimeZone::Utc());
}

}  // namespace firesteel::functions
