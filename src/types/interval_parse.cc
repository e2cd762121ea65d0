#include <array>

#include "base/int128.h"
#include "types/calendar.h"
#include "types/interval_text.h"

// Readers of intervals. The shapes are those of Spark's regular expressions and of its state machine for calendar
// intervals; a few of their oddities are kept ("|" stands for a plus sign).
namespace firesteel {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// Java's Character.isWhitespace for one byte.
bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F); }
bool IsTrimmed(char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsTrimmed(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsTrimmed(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes pieces off the front of a text.
struct Scanner {
  std::string_view text;

  bool Take(char c) {
    if (text.empty() || text[0] != c) return false;
    text.remove_prefix(1);
    return true;
  }
  // -1, 1, or 1 when there is no sign.
  int Sign() {
    if (Take('-')) return -1;
    if (!Take('+')) Take('|');
    return 1;
  }
  bool Spaces() {
    const size_t before = text.size();
    while (!text.empty() && IsSpace(text[0])) text.remove_prefix(1);
    return text.size() < before;
  }
  bool Word(std::string_view upper) {
    if (text.size() < upper.size()) return false;
    for (size_t i = 0; i < upper.size(); ++i) {
      const char c = text[i];
      if ((c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) != upper[i]) return false;
    }
    text.remove_prefix(upper.size());
    return true;
  }
  // Up to `max_digits` digits; values above 10^18 are cut to 10^18, which no field holds.
  std::optional<int64_t> Digits(size_t max_digits) {
    size_t count = 0;
    int64_t value = 0;
    constexpr int64_t kHuge = 1'000'000'000'000'000'000;
    while (count < text.size() && IsDigit(text[count])) {
      value = value >= kHuge / 10 ? kHuge : value * 10 + (text[count] - '0');
      ++count;
    }
    if (count == 0 || count > max_digits) return std::nullopt;
    text.remove_prefix(count);
    return value;
  }
};

constexpr size_t kAnyDigits = SIZE_MAX;

// `INTERVAL [sign]'…' FIELD [TO FIELD]`: takes the frame off and leaves what is between the quotes. Texts without the
// frame stay as they are. False when the frame is broken or names other fields.
bool Unframe(std::string_view& text, std::string_view start, std::string_view end, int& sign) {
  Scanner scan{text};
  sign = 1;
  if (!scan.Word("INTERVAL")) return true;
  if (!scan.Spaces()) return false;
  sign = scan.Sign();
  if (!scan.Take('\'')) return false;
  const size_t quote = scan.text.find('\'');
  if (quote == std::string_view::npos) return false;
  text = scan.text.substr(0, quote);
  scan.text.remove_prefix(quote + 1);
  if (!scan.Spaces() || !scan.Word(start)) return false;
  if (start != end && (!scan.Spaces() || !scan.Word("TO") || !scan.Spaces() || !scan.Word(end))) return false;
  return scan.text.empty();
}

std::optional<int64_t> Bounded(int128_t value, int64_t low, int64_t high, bool* overflow) {
  if (value < low || value > high) {
    if (overflow) *overflow = true;
    return std::nullopt;
  }
  return static_cast<int64_t>(value);
}

constexpr std::array<std::string_view, 2> kYearMonthNames = {"YEAR", "MONTH"};
constexpr std::array<std::string_view, 4> kDayTimeNames = {"DAY", "HOUR", "MINUTE", "SECOND"};
constexpr std::array<int64_t, 4> kMicrosPerField = {kMicrosPerDay, kMicrosPerHour, kMicrosPerMinute, kMicrosPerSecond};
// Digits that the first field may have, alone and in front of others; the highest value of any other field.
constexpr std::array<size_t, 4> kDigitsAlone = {9, 10, 12, 13};
constexpr std::array<size_t, 4> kDigitsLeading = {kAnyDigits, 10, 12, 13};
constexpr std::array<int64_t, 4> kHighestBehind = {0, 23, 59, 59};

// ".123456789" → 123456 microseconds (further digits are cut off); zero when there is no fraction.
std::optional<int64_t> Fraction(Scanner& scan) {
  if (!scan.Take('.')) return 0;
  int64_t micros = 0;
  size_t digits = 0;
  for (; digits < scan.text.size() && IsDigit(scan.text[digits]); ++digits) {
    if (digits < 6) micros = micros * 10 + (scan.text[digits] - '0');
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  for (size_t i = digits; i < 6; ++i) micros *= 10;
  scan.text.remove_prefix(digits);
  return micros;
}

}  // namespace

std::optional<int64_t> ParseYearMonthInterval(std::string_view given, IntervalField start, IntervalField end,
                                              bool* overflow) {
  std::string_view text = Trim(given);
  int outer_sign = 1;
  if (!Unframe(text, kYearMonthNames[static_cast<size_t>(start)], kYearMonthNames[static_cast<size_t>(end)],
               outer_sign)) {
    return std::nullopt;
  }
  Scanner scan{text};
  const int sign = scan.Sign() * outer_sign;
  std::optional<int64_t> first = scan.Digits(kAnyDigits);
  if (!first) return std::nullopt;
  if (start == end) {
    if (!scan.text.empty()) return std::nullopt;
    const int128_t months = static_cast<int128_t>(*first) * (start == IntervalField::kYear ? 12 : 1);
    return Bounded(months * sign, INT32_MIN, INT32_MAX, overflow);
  }
  if (!scan.Take('-')) return std::nullopt;
  std::optional<int64_t> month = scan.Digits(kAnyDigits);
  if (!month || !scan.text.empty() || *month > 11 || *first > INT32_MAX / 12) return std::nullopt;
  return Bounded((static_cast<int128_t>(*first) * 12 + *month) * sign, INT32_MIN, INT32_MAX, overflow);
}

std::optional<int64_t> ParseDayTimeInterval(std::string_view given, IntervalField start, IntervalField end,
                                            bool* overflow) {
  const auto first = static_cast<size_t>(start);
  const auto last = static_cast<size_t>(end);
  std::string_view text = Trim(given);
  int outer_sign = 1;
  if (!Unframe(text, kDayTimeNames[first], kDayTimeNames[last], outer_sign)) return std::nullopt;
  Scanner scan{text};
  const int sign = scan.Sign() * outer_sign;
  int128_t total = 0;
  for (size_t field = first; field <= last; ++field) {
    size_t digits = 2;
    if (field == first) {
      digits = first == last ? kDigitsAlone[field] : kDigitsLeading[field];
    } else if (!scan.Take(field == 1 ? ' ' : ':')) {
      return std::nullopt;
    }
    std::optional<int64_t> value = scan.Digits(digits);
    if (!value || (field > first && *value > kHighestBehind[field])) return std::nullopt;
    total += static_cast<int128_t>(*value) * kMicrosPerField[field];
  }
  if (last == 3) {
    std::optional<int64_t> fraction = Fraction(scan);
    if (!fraction) return std::nullopt;
    total += *fraction;
  }
  if (!scan.text.empty()) return std::nullopt;
  // A field alone is multiplied without a check in Spark: it wraps around.
  if (first == last && last != 3)
    return static_cast<int64_t>(static_cast<uint64_t>(static_cast<uint128_t>(total * sign)));
  return Bounded(total * sign, INT64_MIN, INT64_MAX, overflow);
}

std::optional<CalendarIntervalValue> ParseCalendarInterval(std::string_view given) {
  Scanner scan{Trim(given)};
  if (scan.text.empty()) return std::nullopt;
  if (Scanner after = scan; after.Word("INTERVAL")) {
    if (!after.Spaces()) return std::nullopt;
    scan = after;
  }
  struct Unit {
    std::string_view name;
    int64_t months, days, micros;
  };
  static constexpr Unit kUnits[] = {
      {"YEAR", 12, 0, 0},
      {"MONTH", 1, 0, 0},
      {"WEEK", 0, 7, 0},
      {"DAY", 0, 1, 0},
      {"HOUR", 0, 0, kMicrosPerHour},
      {"MINUTE", 0, 0, kMicrosPerMinute},
      {"MILLISECOND", 0, 0, 1000},
      {"MICROSECOND", 0, 0, 1},
      {"SECOND", 0, 0, kMicrosPerSecond},
  };
  int128_t months = 0;
  int128_t days = 0;
  int128_t micros = 0;
  while (!scan.text.empty()) {
    int sign = 1;
    if (scan.Take('-')) {
      sign = -1;
    } else {
      scan.Take('+');
    }
    scan.Spaces();
    int128_t value = 0;
    const bool starts_with_digit = !scan.text.empty() && IsDigit(scan.text[0]);
    while (!scan.text.empty() && IsDigit(scan.text[0])) {
      value = value * 10 + (scan.text[0] - '0');
      if (value > INT64_MAX) return std::nullopt;
      scan.text.remove_prefix(1);
    }
    int64_t fraction = 0;
    bool has_point = false;
    if (scan.Take('.')) {
      has_point = true;
      int64_t scale = 100'000'000;  // nanoseconds
      while (!scan.text.empty() && IsDigit(scan.text[0])) {
        if (scale == 0) return std::nullopt;
        fraction += (scan.text[0] - '0') * scale;
        scale /= 10;
        scan.text.remove_prefix(1);
      }
      if (!starts_with_digit && scale == 100'000'000) return std::nullopt;
      fraction /= 1000;
    } else if (!starts_with_digit) {
      return std::nullopt;
    }
    if (!scan.Spaces()) return std::nullopt;
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits) {
      if (scan.Word(candidate.name)) {
        unit = &candidate;
        break;
      }
    }
    if (!unit || (has_point && unit->name != "SECOND")) return std::nullopt;
    months += value * sign * unit->months;
    days += value * sign * unit->days;
    micros += value * sign * unit->micros + (has_point ? sign * fraction : 0);
    if (months < INT32_MIN || months > INT32_MAX || days < INT32_MIN || days > INT32_MAX || micros < INT64_MIN ||
        micros > INT64_MAX) {
      return std::nullopt;
    }
    if (!scan.Take('s')) scan.Take('S');
    if (!scan.Spaces() && !scan.text.empty()) return std::nullopt;
  }
  return CalendarIntervalValue{static_cast<int32_t>(months), static_cast<int32_t>(days), static_cast<int64_t>(micros)};
}

}  // namespace firesteel
