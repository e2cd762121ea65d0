#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "functions/formats/format_options.h"
#include "functions/kernels/datetime/pattern.h"
#include "types/time_zone.h"

namespace firesteel::functions {

/// Dates and times as text formats read them: by the options dateFormat, timestampFormat, timestampNTZFormat,
/// timeFormat, timeZone and enableDateTimeParsingFallback; without a pattern by the rules of Spark's casts. Immutable.
class DatetimeReader {
 public:
  /// Throws QueryError for bad patterns and INVALID_TIMEZONE.
  DatetimeReader(const FormatOptions& options, std::string_view session_time_zone, int64_t now_micros);

  std::optional<int64_t> Date(std::string_view text) const;  ///< days
  std::optional<int64_t> Timestamp(std::string_view text) const;
  std::optional<int64_t> TimestampNtz(std::string_view text) const;
  std::optional<int64_t> Time(std::string_view text) const;  ///< nanoseconds

  /// As Date, but for inference of a CSV column: only what the pattern (yyyy-MM-dd) reads.
  std::optional<int64_t> StrictDate(std::string_view text) const;
  bool has_date_pattern() const { return date_.has_value(); }

 private:
  TimeZonePtr zone_;
  int64_t now_micros_;
  std::optional<DatetimePattern> date_;
  std::optional<DatetimePattern> timestamp_;
  std::optional<DatetimePattern> timestamp_ntz_;
  std::optional<DatetimePattern> time_;
  bool date_fallback_;
  bool timestamp_fallback_;
};

}  // namespace firesteel::functions
