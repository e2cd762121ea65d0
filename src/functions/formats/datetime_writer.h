#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "functions/formats/format_options.h"
#include "functions/kernels/datetime/pattern.h"
#include "types/time_zone.h"

namespace firesteel::functions {

/// Dates and times as text formats write them: by the options dateFormat, timestampFormat, timestampNTZFormat,
/// timeFormat and timeZone, else in ISO form ("2020-01-02T03:04:05.123-08:00"). Immutable.
class DatetimeWriter {
 public:
  /// Throws QueryError for bad patterns and INVALID_TIMEZONE.
  DatetimeWriter(const FormatOptions& options, std::string_view session_time_zone);

  void AppendDate(int64_t days, std::string& text) const;
  void AppendTimestamp(int64_t micros, std::string& text) const;
  void AppendTimestampNtz(int64_t micros, std::string& text) const;
  void AppendTime(int64_t nanos, std::string& text) const;
  const TimeZone& zone() const { return *zone_; }

 private:
  TimeZonePtr zone_;
  std::optional<DatetimePattern> date_;
  DatetimePattern timestamp_;
  DatetimePattern timestamp_ntz_;
  std::optional<DatetimePattern> time_;
};

/// The zone of the option timeZone, else of the session. Throws INVALID_TIMEZONE.
TimeZonePtr ZoneOfOptions(const FormatOptions& options, std::string_view session_time_zone);

}  // namespace firesteel::functions
