#include "types/interval_text.h"

#include <array>
#include <charconv>
#include <cstring>

#include "types/calendar.h"

namespace firesteel {
namespace {

uint64_t Magnitude(int64_t value) {
  return value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
}

char* Put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* PutNumber(char* out, uint64_t number) { return std::to_chars(out, out + 20, number).ptr; }

// At least `width` digits.
char* PutPadded(char* out, uint64_t number, size_t width) {
  std::array<char, 20> digits;
  const auto count = static_cast<size_t>(PutNumber(digits.data(), number) - digits.data());
  for (size_t i = count; i < width; ++i) *out++ = '0';
  return Put(out, {digits.data(), count});
}

// A fraction of a second without trailing zeros; nothing when it is zero.
char* PutFraction(char* out, uint64_t micros) {
  if (micros == 0) return out;
  *out++ = '.';
  out = PutPadded(out, micros, 6);
  while (out[-1] == '0') --out;
  return out;
}

template <auto kWrite, class... A>
std::string TextOf(const A&... arguments) {
  std::array<char, kIntervalRoom> text;
  return std::string(text.data(), kWrite(arguments..., text.data()));
}

constexpr std::array<std::string_view, 4> kDayTimeNames = {"DAY", "HOUR", "MINUTE", "SECOND"};
constexpr std::array<uint64_t, 4> kMicrosPerField = {
    static_cast<uint64_t>(kMicrosPerDay), static_cast<uint64_t>(kMicrosPerHour),
    static_cast<uint64_t>(kMicrosPerMinute), static_cast<uint64_t>(kMicrosPerSecond)};

}  // namespace

size_t WriteYearMonthInterval(int64_t months, IntervalField start, IntervalField end, char* text) {
  const uint64_t size = Magnitude(months);
  char* out = Put(text, months < 0 ? "INTERVAL '-" : "INTERVAL '");
  if (start == end) {
    const bool years = start == IntervalField::kYear;
    out = PutNumber(out, years ? size / 12 : size);
    out = Put(out, years ? "' YEAR" : "' MONTH");
  } else {
    out = PutNumber(out, size / 12);
    *out++ = '-';
    out = PutNumber(out, size % 12);
    out = Put(out, "' YEAR TO MONTH");
  }
  return static_cast<size_t>(out - text);
}

size_t WriteDayTimeInterval(int64_t micros, IntervalField start, IntervalField end, char* text) {
  constexpr std::array<char, 4> kSeparators = {' ', ' ', ':', ':'};
  const auto first = static_cast<size_t>(start);
  const auto last = static_cast<size_t>(end);
  uint64_t rest = Magnitude(micros);
  char* out = Put(text, micros < 0 ? "INTERVAL '-" : "INTERVAL '");
  for (size_t field = first; field <= last; ++field) {
    if (field > first) *out++ = kSeparators[field];
    out = PutPadded(out, rest / kMicrosPerField[field], field == 0 ? 1 : 2);
    rest %= kMicrosPerField[field];
  }
  if (last == 3) out = PutFraction(out, rest);
  out = Put(Put(out, "' "), kDayTimeNames[first]);
  if (last != first) out = Put(Put(out, " TO "), kDayTimeNames[last]);
  return static_cast<size_t>(out - text);
}

size_t WriteCalendarInterval(const CalendarIntervalValue& value, char* text) {
  char* out = text;
  const auto put_count = [&](int64_t count) {
    if (out != text) *out++ = ' ';
    if (count < 0) *out++ = '-';
    out = PutNumber(out, Magnitude(count));
  };
  const auto add = [&](int64_t count, std::string_view unit) {
    if (count == 0) return;
    put_count(count);
    out = Put(out, unit);
  };
  add(value.months / 12, " years");
  add(value.months % 12, " months");
  add(value.days, " days");
  add(value.microseconds / kMicrosPerHour, " hours");
  const int64_t below_hour = value.microseconds % kMicrosPerHour;
  add(below_hour / kMicrosPerMinute, " minutes");
  const int64_t below_minute = below_hour % kMicrosPerMinute;
  if (below_minute != 0) {
    const uint64_t size = Magnitude(below_minute);
    if (out != text) *out++ = ' ';
    if (below_minute < 0) *out++ = '-';
    out = PutFraction(PutNumber(out, size / 1'000'000), size % 1'000'000);
    out = Put(out, " seconds");
  }
  if (out == text) out = Put(out, "0 seconds");
  return static_cast<size_t>(out - text);
}

std::string YearMonthIntervalText(int64_t months, IntervalField start, IntervalField end) {
  return TextOf<WriteYearMonthInterval>(months, start, end);
}

std::string DayTimeIntervalText(int64_t micros, IntervalField start, IntervalField end) {
  return TextOf<WriteDayTimeInterval>(micros, start, end);
}

std::string CalendarIntervalText(const CalendarIntervalValue& value) { return TextOf<WriteCalendarInterval>(value); }

std::string YearMonthIntervalHiveText(int64_t months) {
  const uint64_t size = Magnitude(months);
  return (months < 0 ? "-" : "") + std::to_string(size / 12) + "-" + std::to_string(size % 12);
}

std::string DayTimeIntervalHiveText(int64_t micros) {
  const uint64_t size = Magnitude(micros);
  const auto field = [&](size_t i) { return size / kMicrosPerField[i]; };
  std::array<char, kIntervalRoom> text;
  char* out = text.data();
  if (micros < 0) *out++ = '-';
  out = PutNumber(out, field(0));
  *out++ = ' ';
  out = PutPadded(out, field(1) % 24, 2);
  *out++ = ':';
  out = PutPadded(out, field(2) % 60, 2);
  *out++ = ':';
  out = PutPadded(out, field(3) % 60, 2);
  *out++ = '.';
  out = PutPadded(out, size % 1'000'000 * 1000, 9);
  return std::string(text.data(), out);
}

}  // namespace firesteel
