#include <array>

#include "base/int128.h"
#include "types/calendar.h"
#include "types/datetime_text.h"

// Readers of dates and times after the shapes that Spark's casts accept. One pass over the bytes; each part is a number
// with a limit on its digits.
namespace firesteel {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Spark trims what Java calls white space or control characters.
bool IsTrimmed(char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsTrimmed(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsTrimmed(text.back())) text.remove_suffix(1);
  return text;
}

// A number and how many digits it had. More digits than any part may have do not overflow it.
struct Number {
  int64_t value = 0;
  int digits = 0;
  void Push(char c) {
    if (digits < 15) value = value * 10 + (c - '0');
    ++digits;
  }
};

enum Part { kYear, kMonth, kDay, kHour, kMinute, kSecond, kFraction, kZone, kParts };

struct Fields {
  std::array<int64_t, kParts> part = {1, 1, 1, 0, 0, 0, 0, 0};
  bool only_time = false;
  bool has_zone = false;
  TimeZonePtr zone;
};

// A timestamp holds years of up to 6 digits; a fraction any number, of which 6 count; behind the zone there is nothing.
bool DigitsFit(int part, int digits) {
  switch (part) {
    case kYear:
      return digits >= 4 && digits <= 6;
    case kFraction:
      return true;
    case kZone:
      return digits <= 2;
    default:
      return digits > 0 && digits <= 2;
  }
}

// Digits at fixed places; false where one is none.
bool ReadDigits(const char* text, size_t count, int64_t& value) {
  unsigned number = 0;
  bool are_digits = true;
  for (size_t i = 0; i < count; ++i) {
    const auto digit = static_cast<unsigned>(static_cast<unsigned char>(text[i])) - '0';
    are_digits &= digit < 10;
    number = number * 10 + digit;
  }
  value = number;
  return are_digits;
}

// The form that nearly all dates have: yyyy-MM-dd.
bool ReadPlainDate(const char* text, Fields& fields) {
  return text[4] == '-' && text[7] == '-' && ReadDigits(text, 4, fields.part[kYear]) &&
         ReadDigits(text + 5, 2, fields.part[kMonth]) && ReadDigits(text + 8, 2, fields.part[kDay]);
}

// The form that nearly all timestamps have: yyyy-MM-dd HH:mm:ss with up to six digits behind a point.
bool ReadPlainTimestamp(std::string_view text, Fields& fields) {
  constexpr size_t kSeconds = 19;
  if (text.size() < kSeconds || text.size() == kSeconds + 1 || text.size() > kSeconds + 7) return false;
  const char* at = text.data();
  if (!ReadPlainDate(at, fields) || (at[10] != ' ' && at[10] != 'T') || at[13] != ':' || at[16] != ':' ||
      !ReadDigits(at + 11, 2, fields.part[kHour]) || !ReadDigits(at + 14, 2, fields.part[kMinute]) ||
      !ReadDigits(at + 17, 2, fields.part[kSecond])) {
    return false;
  }
  fields.part[kFraction] = 0;
  if (text.size() == kSeconds) return true;
  const size_t digits = text.size() - kSeconds - 1;
  if (at[kSeconds] != '.' || !ReadDigits(at + kSeconds + 1, digits, fields.part[kFraction])) return false;
  for (size_t i = digits; i < 6; ++i) fields.part[kFraction] *= 10;
  return true;
}

std::optional<Fields> SplitTimestamp(std::string_view given) {
  if (Fields fields; ReadPlainTimestamp(given, fields)) return fields;
  // Positions count from the given text: a time alone begins with T only at its very start.
  const std::string_view text = Trim(given);
  if (text.empty()) return std::nullopt;
  const bool untrimmed_start = text.data() == given.data();
  Fields fields;
  size_t i = 0;
  int64_t sign = 1;
  bool signed_year = false;
  if (text[0] == '-' || text[0] == '+') {
    if (text[0] == '-') sign = -1;
    signed_year = true;
    i = 1;
  }
  int part = kYear;
  Number number;
  int fraction_digits = 0;
  auto finish_part = [&] {
    if (!DigitsFit(part, number.digits)) return false;
    fields.part[static_cast<size_t>(part)] = number.value;
    number = Number();
    ++part;
    return true;
  };
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (IsDigit(c)) {
      if (part == kFraction) {
        ++fraction_digits;
        if (number.digits >= 6) {
          ++number.digits;
          continue;
        }
      }
      number.Push(c);
      continue;
    }
    switch (part) {
      case kYear:
        if (i == 0 && c == 'T' && untrimmed_start) {
          fields.only_time = true;
          part = kHour;
        } else if (c == '-') {
          if (!finish_part()) return std::nullopt;
        } else if (c == ':' && !signed_year) {
          fields.only_time = true;
          part = kHour;
          if (!finish_part()) return std::nullopt;
        } else {
          return std::nullopt;
        }
        break;
      case kMonth:
        if (c != '-' || !finish_part()) return std::nullopt;
        break;
      case kDay:
        if ((c != ' ' && c != 'T') || !finish_part()) return std::nullopt;
        break;
      case kHour:
      case kMinute:
        if (c != ':' || !finish_part()) return std::nullopt;
        break;
      default:  // the second or its fraction
        if (!finish_part()) return std::nullopt;
        if (part == kFraction && c == '.') break;
        fields.zone = TimeZone::Find(Trim(text.substr(i)));
        if (!fields.zone) return std::nullopt;
        fields.has_zone = true;
        part = kZone;
        i = text.size();
    }
  }
  if (!DigitsFit(part, number.digits)) return std::nullopt;
  fields.part[static_cast<size_t>(part)] = number.value;
  for (; fraction_digits < 6; ++fraction_digits) fields.part[kFraction] *= 10;
  fields.part[kYear] *= sign;
  return fields;
}

std::optional<int64_t> SecondOfDay(const Fields& fields) {
  const int64_t hour = fields.part[kHour];
  const int64_t minute = fields.part[kMinute];
  const int64_t second = fields.part[kSecond];
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return hour * 3600 + minute * 60 + second;
}

// Seconds × 10^6 + micros, if that fits.
std::optional<int64_t> Micros(int64_t seconds, int64_t micros) {
  const int128_t total = static_cast<int128_t>(seconds) * kMicrosPerSecond + micros;
  if (total < INT64_MIN || total > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(total);
}

std::optional<int64_t> DayOf(const Fields& fields) {
  if (!IsValidDate(fields.part[kYear], fields.part[kMonth], fields.part[kDay])) return std::nullopt;
  return DaysFromCivil(fields.part[kYear], static_cast<int32_t>(fields.part[kMonth]),
                       static_cast<int32_t>(fields.part[kDay]));
}

int64_t Today(const TimeZone& zone, int64_t now_micros) {
  return FloorDiv(zone.ToLocalMicros(now_micros), kMicrosPerDay);
}

enum class Special { kEpoch, kNow, kToday, kTomorrow, kYesterday };

std::optional<Special> SpecialWord(std::string_view text) {
  text = Trim(text);
  std::string lower;
  if (text.size() > 9) return std::nullopt;
  for (char c : text) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (lower == "epoch") return Special::kEpoch;
  if (lower == "now") return Special::kNow;
  if (lower == "today") return Special::kToday;
  if (lower == "tomorrow") return Special::kTomorrow;
  if (lower == "yesterday") return Special::kYesterday;
  return std::nullopt;
}

int64_t DayShift(Special word) { return word == Special::kTomorrow ? 1 : word == Special::kYesterday ? -1 : 0; }

}  // namespace

std::optional<int64_t> ParseDate(std::string_view text) {
  if (Fields fields; text.size() == 10 && ReadPlainDate(text.data(), fields)) return DayOf(fields);
  text = Trim(text);
  if (text.empty()) return std::nullopt;
  size_t i = 0;
  int64_t sign = 1;
  if (text[0] == '-' || text[0] == '+') {
    if (text[0] == '-') sign = -1;
    i = 1;
  }
  std::array<int64_t, 3> part = {1, 1, 1};
  size_t index = 0;
  Number number;
  auto fits = [&] {
    return index == 0 ? number.digits >= 4 && number.digits <= 7 : number.digits > 0 && number.digits <= 2;
  };
  for (; i < text.size() && text[i] != ' ' && text[i] != 'T'; ++i) {
    if (index < 2 && text[i] == '-') {
      if (!fits()) return std::nullopt;
      part[index++] = number.value;
      number = Number();
    } else if (IsDigit(text[i])) {
      number.Push(text[i]);
    } else {
      return std::nullopt;
    }
  }
  // Only a whole date may be followed by something else.
  if (!fits() || (index < 2 && i < text.size())) return std::nullopt;
  part[index] = number.value;
  if (!IsValidDate(sign * part[0], part[1], part[2])) return std::nullopt;
  const int64_t days = DaysFromCivil(sign * part[0], static_cast<int32_t>(part[1]), static_cast<int32_t>(part[2]));
  if (days < INT32_MIN || days > INT32_MAX) return std::nullopt;
  return days;
}

std::optional<int64_t> ParseTimestamp(std::string_view text, const TimeZone& default_zone, int64_t now_micros) {
  std::optional<Fields> fields = SplitTimestamp(text);
  if (!fields) return std::nullopt;
  const TimeZone& zone = fields->has_zone ? *fields->zone : default_zone;
  std::optional<int64_t> second = SecondOfDay(*fields);
  std::optional<int64_t> day = fields->only_time ? Today(zone, now_micros) : DayOf(*fields);
  if (!second || !day) return std::nullopt;
  const int64_t local = *day * kSecondsPerDay + *second;
  return Micros(local - zone.OffsetAtLocal(local), fields->part[kFraction]);
}

std::optional<int64_t> ParseTimestampNtz(std::string_view text, bool allow_time_zone) {
  std::optional<Fields> fields = SplitTimestamp(text);
  if (!fields || fields->only_time || (fields->has_zone && !allow_time_zone)) return std::nullopt;
  std::optional<int64_t> second = SecondOfDay(*fields);
  std::optional<int64_t> day = DayOf(*fields);
  if (!second || !day) return std::nullopt;
  return Micros(*day * kSecondsPerDay + *second, fields->part[kFraction]);
}

bool TimestampTextHasZone(std::string_view text) {
  std::optional<Fields> fields = SplitTimestamp(text);
  return fields && fields->has_zone;
}

int FractionDigits(std::string_view text) {
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return 0;
  size_t end = point + 1;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return static_cast<int>(end - point - 1);
}

int128_t CutNanos(int128_t nanos, int precision) {
  int128_t unit = 1;
  for (int digit = precision; digit < 9; ++digit) unit *= 10;
  const int128_t rest = nanos % unit;
  return nanos - (rest < 0 ? rest + unit : rest);
}

namespace {

// The digits of the second behind the sixth, as nanoseconds.
int128_t WithDigitsBeyondMicros(int64_t micros, std::string_view text, int precision) {
  int128_t nanos = 0;
  const int written = FractionDigits(text);
  const size_t point = text.find('.');
  for (int digit = 7; digit <= 9; ++digit) {
    const bool counts = digit <= written && digit <= precision;
    nanos = nanos * 10 + (counts ? text[point + static_cast<size_t>(digit)] - '0' : 0);
  }
  return static_cast<int128_t>(micros) * 1000 + nanos;
}

}  // namespace

std::optional<int128_t> ParseTimestampNanos(std::string_view text, int precision, const TimeZone& zone,
                                            int64_t now_micros) {
  const std::optional<int64_t> micros = ParseTimestamp(text, zone, now_micros);
  if (!micros) return std::nullopt;
  return WithDigitsBeyondMicros(*micros, text, precision);
}

std::optional<int128_t> ParseTimestampNtzNanos(std::string_view text, int precision) {
  const std::optional<int64_t> micros = ParseTimestampNtz(text);
  if (!micros) return std::nullopt;
  return WithDigitsBeyondMicros(*micros, text, precision);
}

std::optional<int64_t> ParseTime(std::string_view given) {
  std::string_view text = given;
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  bool morning = false;
  bool afternoon = false;
  if (text.size() > 2 && (text.back() | 0x20) == 'm') {
    const char c = static_cast<char>(text[text.size() - 2] | 0x20);
    morning = c == 'a';
    afternoon = c == 'p';
    if (morning || afternoon) text.remove_suffix(2);
  }
  std::optional<Fields> fields = SplitTimestamp(text);
  if (!fields || !fields->only_time || fields->has_zone) return std::nullopt;
  int64_t& hour = fields->part[kHour];
  if (morning || afternoon) {
    if (hour < 1 || hour > 12) return std::nullopt;
    hour = hour % 12 + (afternoon ? 12 : 0);
  }
  std::optional<int64_t> second = SecondOfDay(*fields);
  if (!second) return std::nullopt;
  return *second * kNanosPerSecond + fields->part[kFraction] * 1000;
}

std::optional<int64_t> SpecialDate(std::string_view text, const TimeZone& zone, int64_t now_micros) {
  std::optional<Special> word = SpecialWord(text);
  if (!word) return std::nullopt;
  if (*word == Special::kEpoch) return 0;
  return Today(zone, now_micros) + DayShift(*word);
}

std::optional<int64_t> SpecialTimestamp(std::string_view text, const TimeZone& zone, int64_t now_micros) {
  std::optional<Special> word = SpecialWord(text);
  if (!word) return std::nullopt;
  if (*word == Special::kEpoch) return 0;
  if (*word == Special::kNow) return now_micros;
  return zone.ToInstantMicros((Today(zone, now_micros) + DayShift(*word)) * kMicrosPerDay);
}

std::optional<int64_t> SpecialTimestampNtz(std::string_view text, const TimeZone& zone, int64_t now_micros) {
  std::optional<Special> word = SpecialWord(text);
  if (!word) return std::nullopt;
  if (*word == Special::kEpoch) return 0;
  if (*word == Special::kNow) return zone.ToLocalMicros(now_micros);
  return (Today(zone, now_micros) + DayShift(*word)) * kMicrosPerDay;
}

}  // namespace firesteel
