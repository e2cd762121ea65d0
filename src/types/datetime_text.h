#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/int128.h"
#include "types/time_zone.h"

/// Dates, timestamps and times as Spark's casts write and read them. All functions are pure and thread-safe.
namespace firesteel {

/// CAST(date AS STRING): "2020-01-02", "+12020-01-02", "-0001-01-01".
std::string DateText(int64_t days);
/// CAST(timestamp_ntz AS STRING): "2020-01-02 03:04:05.1" (no trailing zeros in the fraction).
std::string TimestampNtzText(int64_t micros);
/// CAST(timestamp AS STRING) in a zone.
std::string TimestampText(int64_t micros, const TimeZone& zone);
/// CAST(time AS STRING): "03:04:05.000001"; the value counts nanoseconds, shown to the type's precision.
std::string TimeText(int64_t nanos);

/// The same into `out`, which has room for kTimestampRoom bytes; they answer how many were written.
constexpr size_t kTimestampRoom = 64;
size_t WriteDate(int64_t days, char* out);
size_t WriteTimestampNtz(int64_t micros, char* out);
size_t WriteTimestamp(int64_t micros, const TimeZone& zone, char* out);

/// CAST(timestamp of nanoseconds AS STRING): up to 9 digits of the second, without trailing zeros.
std::string TimestampNtzNanosText(int128_t nanos);
std::string TimestampNanosText(int128_t nanos, const TimeZone& zone);

/// DateTimeUtils.stringToDate: "2020", "2020-1", "2020-01-02", and a day followed by a space or T and anything;
/// white space around; years of up to 7 digits with a sign. Nothing on other text.
std::optional<int64_t> ParseDate(std::string_view text);
/// stringToTimestamp: all of Spark's partial forms; a text without a zone is local to `zone`; a text of a time alone
/// ("T12:30") is on today's day, of `now_micros`. Nothing on bad text or a result outside 64 bits of microseconds.
std::optional<int64_t> ParseTimestamp(std::string_view text, const TimeZone& zone, int64_t now_micros);
/// stringToTimestampWithoutTimeZone: a zone is ignored when `allow_time_zone`, else refused; a time alone is refused.
std::optional<int64_t> ParseTimestampNtz(std::string_view text, bool allow_time_zone = true);
/// Whether a timestamp text holds a zone (a TIMESTAMP literal is NTZ or LTZ by that).
bool TimestampTextHasZone(std::string_view text);
/// As ParseTimestamp and ParseTimestampNtz, in nanoseconds cut to `precision` (7 to 9) digits of the second.
std::optional<int128_t> ParseTimestampNanos(std::string_view text, int precision, const TimeZone& zone,
                                            int64_t now_micros);
std::optional<int128_t> ParseTimestampNtzNanos(std::string_view text, int precision);
/// How many digits of a second a timestamp text writes; 0 for none.
int FractionDigits(std::string_view text);
/// The microsecond that a count of nanoseconds is in; ranges of timestamps of nanoseconds fit.
int64_t FloorMicros(int128_t nanos);
/// Nanoseconds cut to `precision` digits of the second, towards the past.
int128_t CutNanos(int128_t nanos, int precision);

/// stringToTime: nanoseconds of the day.
std::optional<int64_t> ParseTime(std::string_view text);

/// What DATE '…' and TIMESTAMP '…' (and casts) also take: epoch, now, today, tomorrow, yesterday, in any case with
/// spaces around. Spark reads them in literals only.
std::optional<int64_t> SpecialDate(std::string_view text, const TimeZone& zone, int64_t now_micros);
std::optional<int64_t> SpecialTimestamp(std::string_view text, const TimeZone& zone, int64_t now_micros);
std::optional<int64_t> SpecialTimestampNtz(std::string_view text, const TimeZone& zone, int64_t now_micros);

}  // namespace firesteel
