#include "functions/kernels/datetime/pattern.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/ascii_case.h"
#include "base/error.h"
#include "types/calendar.h"
#include "types/quoting.h"

namespace firesteel::functions {

namespace {

constexpr std::string_view kWeekBased = "YWwuec";
constexpr std::string_view kKnown = "GyMLdDEFaHhKkmsSVzOXxZQq";

/// Whether java.text.SimpleDateFormat, which Spark used before 3.0, takes the pattern.
bool IsLegacyPattern(std::string_view pattern) {
  bool quoted = false;
  for (const char c : pattern) {
    if (c == '\'') quoted = !quoted;
    if (quoted || !std::isalpha(static_cast<unsigned char>(c))) continue;
    if (std::string_view("GyYMLwWDdFEuaHkKhmsSzZX").find(c) == std::string_view::npos) return false;
  }
  return !quoted;
}

/// What the old formatter took and the new one does not.
[[noreturn]] void ThrowRecognition(std::string_view pattern) {
  throw QueryError("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
                   {{"pattern", "'" + std::string(pattern) + "'"},
                    {"config", "\"spark.sql.legacy.timeParserPolicy\""},
                    {"docroot", "https://spark.apache.org/docs/latest"}},
                   nullptr, ErrorClass::kUpgrade);
}

[[noreturn]] void ThrowInvalid(std::string_view pattern) {
  throw QueryError("INVALID_DATETIME_PATTERN.WITH_SUGGESTION",
                   {{"pattern", SingleQuoted(pattern)}, {"docroot", "https://spark.apache.org/docs/latest"}}, nullptr,
                   ErrorClass::kRuntime);
}

[[noreturn]] void ThrowPattern(std::string_view pattern) {
  if (IsLegacyPattern(pattern)) ThrowRecognition(pattern);
  ThrowInvalid(pattern);
}

/// The first letter of `letters` in the pattern outside of quotes; 0: none.
char FindLetter(std::string_view pattern, std::string_view letters) {
  bool quoted = false;
  for (const char c : pattern) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && letters.find(c) != std::string_view::npos) return c;
  }
  return 0;
}

/// Spark looks for letters that it forbids before Java looks at the pattern.
void CheckLetters(std::string_view pattern, bool for_reading) {
  if (const char c = FindLetter(pattern, kWeekBased)) {
    if (IsLegacyPattern(pattern)) ThrowRecognition(pattern);
    throw QueryError("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN", {{"c", std::string(1, c)}},
                     nullptr, ErrorClass::kIllegalArgument);
  }
  if (const char c = FindLetter(pattern, for_reading ? "ABnNpEFqQ" : "ABnNp")) {
    if (IsLegacyPattern(pattern)) ThrowRecognition(pattern);
    throw QueryError("INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER",
                     {{"c", std::string(1, c)}, {"pattern", std::string(pattern)}}, nullptr,
                     ErrorClass::kIllegalArgument);
  }
}

/// How Java writes and reads offsets: parts (hours, minutes, seconds) with colons between or not.
struct OffsetForm {
  bool colon = false;
  int least = 2;
  int most = 2;
  bool takes_z = false;
  bool after_gmt = false;
};
OffsetForm FormOf(char letter, int count) {
  if (letter == 'V' || letter == 'z') return {true, 2, 3, false, false};
  if (letter == 'O' || (letter == 'Z' && count == 4)) return {true, letter == 'O' && count < 4 ? 1 : 2, 3, false, true};
  if (letter == 'Z') return {count == 5, 2, count == 5 ? 3 : 2, count == 5, false};
  return {count == 3 || count == 5, count == 1 ? 1 : 2, count > 3 ? 3 : 2, letter == 'X', false};
}

/// Reads an offset: its text as +HH:mm:ss, or nothing. One digit makes hours where `short_hours`.
std::optional<std::string> TakeOffset(std::string_view text, size_t& at, const OffsetForm& form, bool short_hours) {
  if (at >= text.size() || (text[at] != '+' && text[at] != '-')) return std::nullopt;
  const auto is_digit = [&](size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  std::string offset(1, text[at]);
  size_t i = at + 1;
  int parts = 0;
  for (; parts < form.most; ++parts) {
    size_t begin = i;
    if (parts > 0 && form.colon) {
      if (i >= text.size() || text[i] != ':') break;
      ++begin;
    }
    const bool two = is_digit(begin) && is_digit(begin + 1);
    if (!two && !(parts == 0 && short_hours && is_digit(begin))) break;
    if (parts > 0) offset += ':';
    if (!two) offset += '0';
    offset += text.substr(begin, two ? 2 : 1);
    i = begin + (two ? 2 : 1);
  }
  if (parts < form.least) return std::nullopt;
  if (parts == 1) offset += ":00";
  at = i;
  return offset;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNumeric(char letter, int count) {
  if (std::string_view("ydDHhKkmsSF").find(letter) != std::string_view::npos) return true;
  return (letter == 'M' || letter == 'L' || letter == 'Q' || letter == 'q') && count <= 2;
}

template <size_t N>
std::optional<int> TakeName(std::string_view text, size_t& at, const std::array<std::string_view, N>& names,
                            bool full) {
  for (size_t i = 0; i < N; ++i) {
    std::string_view name = full ? names[i] : names[i].substr(0, 3);
    if (text.size() - at < name.size()) continue;
    bool same = true;
    for (size_t j = 0; j < name.size(); ++j) {
      same = same && std::tolower(static_cast<unsigned char>(text[at + j])) ==
                         std::tolower(static_cast<unsigned char>(name[j]));
    }
    if (!same) continue;
    at += name.size();
    return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

// What java.time says of fields that make no date or time.

std::string OutOfRange(std::string_view field, std::string_view range, int64_t value) {
  return "Invalid value for " + std::string(field) + " (valid values " + std::string(range) +
         "): " + std::to_string(value);
}

void CheckRange(std::string_view field, int64_t least, int64_t most, int64_t value, std::string& failure) {
  if ((value >= least && value <= most) || !failure.empty()) return;
  failure = OutOfRange(field, std::to_string(least) + " - " + std::to_string(most), value);
}

std::string InvalidDayOfYear(int64_t year, int64_t day) {
  if (day < 1 || day > 366) return OutOfRange("DayOfYear", "1 - 365/366", day);
  return "Invalid date 'DayOfYear 366' as '" + std::to_string(year) + "' is not a leap year";
}

std::string InvalidDate(int64_t year, int64_t month, int64_t day) {
  if (month < 1 || month > 12) return OutOfRange("MonthOfYear", "1 - 12", month);
  if (day < 1 || day > 31) return OutOfRange("DayOfMonth", "1 - 28/31", day);
  if (month == 2 && day == 29) return "Invalid date 'February 29' as '" + std::to_string(year) + "' is not a leap year";
  std::string name(kMonthNames[static_cast<size_t>(month - 1)]);
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return "Invalid date '" + name + " " + std::to_string(day) + "'";
}

}  // namespace

struct DatetimePattern::Fields {
  std::optional<int64_t> year, month, day, day_of_year, hour, hour12, minute, second, micros;
  std::optional<bool> afternoon;
  std::optional<int32_t> offset;
  std::string out_of_range;  ///< of the first field that is read as a number it cannot be
  TimeZonePtr zone;
};

DatetimePattern DatetimePattern::Compile(std::string_view pattern, bool for_reading) {
  CheckLetters(pattern, for_reading);
  DatetimePattern result;
  for (size_t i = 0; i < pattern.size();) {
    char c = pattern[i];
    if (c == '\'') {
      std::string text;
      if (i + 1 < pattern.size() && pattern[i + 1] == '\'') {
        result.pieces_.push_back({0, 0, "'"});
        i += 2;
        continue;
      }
      for (++i;; ++i) {
        if (i >= pattern.size()) ThrowPattern(pattern);
        if (pattern[i] == '\'') {
          if (i + 1 < pattern.size() && pattern[i + 1] == '\'') {
            ++i;
          } else {
            break;
          }
        }
        text += pattern[i];
      }
      ++i;
      result.pieces_.push_back({0, 0, std::move(text)});
      continue;
    }
    if (c == '[' || c == ']') {
      Piece piece;
      (c == '[' ? piece.optional_begin : piece.optional_end) = true;
      result.pieces_.push_back(std::move(piece));
      ++i;
      continue;
    }
    if (c == '{' || c == '}' || c == '#') ThrowPattern(pattern);
    if (!std::isalpha(static_cast<unsigned char>(c))) {
      result.pieces_.push_back({0, 0, std::string(1, c)});
      ++i;
      continue;
    }
    size_t end = i;
    while (end < pattern.size() && pattern[end] == c) ++end;
    int count = static_cast<int>(end - i);
    bool too_many = ((c == 'M' || c == 'L' || c == 'E' || c == 'G' || c == 'Q' || c == 'q') && count > 4) ||
                    (std::string_view("dHhKkms").find(c) != std::string_view::npos && count > 2) ||
                    (c == 'D' && count > 3) || (c == 'a' && count > 1) || (c == 'S' && count > 9) ||
                    (c == 'y' && count > 6) || (c == 'z' && count > 4) || (c == 'V' && count != 2) ||
                    (c == 'O' && count != 1 && count != 4) || ((c == 'x' || c == 'X' || c == 'Z') && count > 5);
    if (count > 4 && (c == 'q' || c == 'Q')) {
      throw QueryError("INVALID_DATETIME_PATTERN.LENGTH", {{"pattern", std::string(5, c)}}, nullptr,
                       ErrorClass::kIllegalArgument);
    }
    if (kKnown.find(c) == std::string_view::npos || too_many) ThrowPattern(pattern);
    result.pieces_.push_back({c, count, ""});
    i = end;
  }
  result.Finish();
  return result;
}

void DatetimePattern::Finish() {
  for (size_t i = 0; i < pieces_.size(); ++i) {
    Piece& piece = pieces_[i];
    piece.is_number = piece.letter != 0 && IsNumeric(piece.letter, piece.count);
    if (i > 0) pieces_[i - 1].adjacent_next = piece.is_number;
    has_era_ = has_era_ || piece.letter == 'G';
    names_zone_ = names_zone_ || piece.letter == 'V' || piece.letter == 'z';
    room_ += piece.letter == 0 ? piece.text.size() : kLongestPiece;
  }
  FindFixedForm();
}

void DatetimePattern::FindFixedForm() {
  std::string seen;
  size_t length = 0;
  for (const Piece& piece : pieces_) {
    if (piece.optional_begin || piece.optional_end) return;
    length += piece.letter == 0 ? piece.text.size() : static_cast<size_t>(piece.count);
    if (piece.letter == 0) continue;
    const bool is_fixed = piece.letter == 'S' || piece.count == (piece.letter == 'y' ? 4 : 2);
    if (!is_fixed || std::string_view("yMdHmsS").find(piece.letter) == std::string_view::npos) return;
    if (seen.find(piece.letter) != std::string::npos) return;
    seen += piece.letter;
  }
  has_fixed_form_ = true;
  fixed_length_ = length;
}

std::optional<int64_t> DatetimePattern::ParseFixed(std::string_view text) const {
  int64_t year = 1970;
  int64_t month = 1;
  int64_t day = 1;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t micros = 0;
  const char* at = text.data();
  bool matches = true;
  for (const Piece& piece : pieces_) {
    if (piece.letter == 0) {
      matches &= std::equal(piece.text.begin(), piece.text.end(), at);
      at += piece.text.size();
      continue;
    }
    int64_t value = 0;
    for (int i = 0; i < piece.count; ++i) {
      matches &= IsDigit(*at);
      value = value * 10 + (*at++ - '0');
    }
    switch (piece.letter) {
      case 'y':
        year = value;
        break;
      case 'M':
        month = value;
        break;
      case 'd':
        day = value;
        break;
      case 'H':
        hour = value;
        break;
      case 'm':
        minute = value;
        break;
      case 's':
        second = value;
        break;
      default:
        micros = value;
        for (int i = piece.count; i < 6; ++i) micros *= 10;
        for (int i = piece.count; i > 6; --i) micros /= 10;
        break;
    }
  }
  if (!matches || hour > 23 || minute > 59 || second > 59 || !IsValidDate(year, month, day)) return std::nullopt;
  const int64_t days = DaysFromCivil(year, static_cast<int32_t>(month), static_cast<int32_t>(day));
  return days * kMicrosPerDay + hour * kMicrosPerHour + minute * kMicrosPerMinute + second * kMicrosPerSecond + micros;
}

DatetimePattern DatetimePattern::CompileForClock(std::string_view pattern) {
  try {
    return Compile(pattern, true);
  } catch (const QueryError&) {
    ThrowInvalid(pattern);
  }
}

bool DatetimePattern::ParsePiece(std::string_view text, size_t& at, size_t index, Fields& fields) const {
  const Piece& piece = pieces_[index];
  if (piece.letter == 0) {
    if (piece.text.size() == 1) {
      if (at >= text.size() || text[at] != piece.text[0]) return false;
    } else if (text.substr(at, piece.text.size()) != piece.text) {
      return false;
    }
    at += piece.text.size();
    return true;
  }
  if (!piece.is_number) {
    switch (piece.letter) {
      case 'M':
      case 'L': {
        std::optional<int> month = TakeName(text, at, kMonthNames, piece.count == 4);
        if (month) fields.month = *month;
        return month.has_value();
      }
      case 'E':
        return TakeName(text, at, kDayNames, piece.count == 4).has_value();
      case 'a': {
        if (text.size() - at < 2 || std::toupper(static_cast<unsigned char>(text[at + 1])) != 'M') return false;
        char half = static_cast<char>(std::toupper(static_cast<unsigned char>(text[at])));
        if (half != 'A' && half != 'P') return false;
        fields.afternoon = half == 'P';
        at += 2;
        return true;
      }
      case 'G':
        if (text.substr(at, 2) != "AD") return false;
        at += 2;
        return true;
      default: {
        const OffsetForm form = FormOf(piece.letter, piece.count);
        size_t end = at;
        if (form.after_gmt) {
          if (AsciiLower(text.substr(at, 3)) != "gmt") return false;
          end += 3;
        } else if (form.takes_z && at < text.size() && text[at] == 'Z') {
          fields.zone = TimeZone::Utc();
          ++at;
          return true;
        }
        if (form.after_gmt && (end == text.size() || (text[end] != '+' && text[end] != '-'))) {
          fields.zone = TimeZone::Utc();
          at = end;
          return true;
        }
        const bool has_sign = end < text.size() && (text[end] == '+' || text[end] == '-');
        const bool is_region = piece.letter == 'V' || piece.letter == 'z';
        if (has_sign || !is_region) {
          const std::optional<std::string> offset = TakeOffset(text, end, form, form.least == 1 && form.after_gmt);
          TimeZonePtr zone = offset ? TimeZone::Find(*offset) : nullptr;
          if (!zone) return false;
          fields.zone = std::move(zone);
          at = end;
          return true;
        }
        // The longest text that names a zone.
        while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) ||
                                     std::string_view("+-:/_").find(text[end]) != std::string_view::npos)) {
          ++end;
        }
        for (; end > at; --end) {
          TimeZonePtr zone = TimeZone::Find(text.substr(at, end - at));
          if (!zone) continue;
          fields.zone = std::move(zone);
          at = end;
          return true;
        }
        return false;
      }
    }
  }
  // Numbers: a run of number letters without anything between has fixed widths from its second member on.
  const bool adjacent_next = piece.adjacent_next;
  bool negative = false;
  bool plus = false;
  if (piece.letter == 'y' && at < text.size() && (text[at] == '+' || text[at] == '-')) {
    negative = text[at] == '-';
    plus = !negative;
    ++at;
  }
  size_t widest = piece.letter == 'S' ? static_cast<size_t>(piece.count)
                  : piece.count == 1  ? 19
                  : piece.letter == 'y' && piece.count >= 4 && (plus || negative) && !adjacent_next
                      ? 10
                      : static_cast<size_t>(piece.count);
  if (adjacent_next && piece.count > 1) widest = static_cast<size_t>(piece.count);
  size_t begin = at;
  int64_t value = 0;
  while (at < text.size() && at - begin < widest && IsDigit(text[at])) value = value * 10 + (text[at++] - '0');
  size_t digits = at - begin;
  if (digits == 0 || (piece.count > 1 && digits < static_cast<size_t>(piece.count))) return false;
  if (piece.letter == 'D' && piece.count == 2 && digits < 2) return false;
  switch (piece.letter) {
    case 'y':
      if (piece.count == 2) value += 2000;
      fields.year = negative ? -value : value;
      break;
    case 'M':
    case 'L':
      fields.month = value;
      break;
    case 'd':
      fields.day = value;
      break;
    case 'D':
      fields.day_of_year = value;
      break;
    case 'H':
      fields.hour = value;
      break;
    case 'k':
      fields.hour = value == 24 ? 0 : value;
      CheckRange("ClockHourOfDay", 1, 24, value, fields.out_of_range);
      break;
    case 'h':
      CheckRange("ClockHourOfAmPm", 1, 12, value, fields.out_of_range);
      fields.hour12 = value % 12;
      break;
    case 'K':
      CheckRange("HourOfAmPm", 0, 11, value, fields.out_of_range);
      fields.hour12 = value;
      break;
    case 'm':
      fields.minute = value;
      break;
    case 's':
      fields.second = value;
      break;
    case 'S': {
      for (size_t i = digits; i < 9; ++i) value *= 10;
      fields.micros = value / 1000;
      break;
    }
    default:
      break;
  }
  return true;
}

bool DatetimePattern::ParsePieces(std::string_view text, size_t& at, size_t first, size_t last, Fields& fields) const {
  for (size_t i = first; i < last; ++i) {
    if (pieces_[i].optional_end) continue;
    if (!pieces_[i].optional_begin) {
      size_t start = at;
      if (!ParsePiece(text, at, i, fields)) {
        at = start;
        return false;
      }
      continue;
    }
    size_t depth = 1;
    size_t end = i + 1;
    for (; end < last && depth > 0; ++end)
      depth += pieces_[end].optional_begin ? 1 : pieces_[end].optional_end ? -1 : 0;
    size_t tried = at;
    Fields copy = fields;
    if (ParsePieces(text, tried, i + 1, end, copy)) {
      at = tried;
      fields = std::move(copy);
    }
    i = end - 1;
  }
  return true;
}

std::optional<DatetimePattern::Parsed> DatetimePattern::Parse(std::string_view text, Stop& stop) const {
  if (has_fixed_form_ && text.size() == fixed_length_) {
    if (const std::optional<int64_t> local = ParseFixed(text)) return Parsed{*local, std::nullopt, nullptr};
  }
  Fields fields;
  size_t at = 0;
  bool matched = ParsePieces(text, at, 0, pieces_.size(), fields);
  stop = {at, matched, {}};
  if (!matched || at != text.size()) return std::nullopt;
  stop = {};
  int64_t year = fields.year.value_or(1970);
  int64_t days;
  const auto prefix = [&] { return "Text '" + std::string(text) + "' could not be parsed: "; };
  if (fields.day_of_year && !fields.month) {
    if (*fields.day_of_year < 1 || *fields.day_of_year > (IsLeapYear(year) ? 366 : 365)) {
      stop.reason = prefix() + InvalidDayOfYear(year, *fields.day_of_year);
      return std::nullopt;
    }
    days = DaysFromCivil(year, 1, 1) + *fields.day_of_year - 1;
  } else {
    int64_t month = fields.month.value_or(1);
    int64_t day = fields.day.value_or(1);
    if (!IsValidDate(year, month, day)) {
      // What the pattern gives whole the formatter refuses, the rest the date that is made of it.
      const bool whole = fields.year && fields.month && fields.day;
      stop.reason = (whole ? prefix() : "") + InvalidDate(year, month, day);
      return std::nullopt;
    }
    days = DaysFromCivil(year, static_cast<int32_t>(month), static_cast<int32_t>(day));
  }
  int64_t hour = fields.hour.value_or(fields.hour12.value_or(0) + (fields.afternoon.value_or(false) ? 12 : 0));
  int64_t minute = fields.minute.value_or(0);
  int64_t second = fields.second.value_or(0);
  if (!fields.out_of_range.empty()) stop.reason = prefix() + fields.out_of_range;
  if (stop.reason.empty() && hour > 23) stop.reason = prefix() + OutOfRange("HourOfDay", "0 - 23", hour);
  if (stop.reason.empty() && minute > 59) stop.reason = prefix() + OutOfRange("MinuteOfHour", "0 - 59", minute);
  if (stop.reason.empty() && second > 59) stop.reason = prefix() + OutOfRange("SecondOfMinute", "0 - 59", second);
  if (!stop.reason.empty()) return std::nullopt;
  Parsed parsed;
  parsed.local_micros = days * kMicrosPerDay + hour * kMicrosPerHour + minute * kMicrosPerMinute +
                        second * kMicrosPerSecond + fields.micros.value_or(0);
  parsed.zone = fields.zone;
  return parsed;
}

}  // namespace firesteel::functions
