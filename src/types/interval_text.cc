#include "types/interval_text.h"

#include <array>

#include "types/calendar.h"

namespace firesteel {
namespace {

uint64_t Magnitude(int64_t value) {
  return value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
}

std::string Padded(uint64_t number, size_t width) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

// A fraction of a second without trailing zeros; nothing when it is zero.
std::string FractionText(uint64_t micros) {
  if (micros == 0) return "";
  std::string text = "." + Padded(micros, 6);
  while (text.back() == '0') text.pop_back();
  return text;
}

constexpr std::array<std::string_view, 4> kDayTimeNames = {"DAY", "HOUR", "MINUTE", "SECOND"};
constexpr std::array<uint64_t, 4> kMicrosPerField = {
    static_cast<uint64_t>(kMicrosPerDay), static_cast<uint64_t>(kMicrosPerHour),
    static_cast<uint64_t>(kMicrosPerMinute), static_cast<uint64_t>(kMicrosPerSecond)};

}  // namespace

std::string YearMonthIntervalText(int64_t months, IntervalField start, IntervalField end) {
  const uint64_t size = Magnitude(months);
  const std::string sign = months < 0 ? "-" : "";
  if (start == end) {
    const bool years = start == IntervalField::kYear;
    return "INTERVAL '" + sign + std::to_string(years ? size / 12 : size) + "' " + (years ? "YEAR" : "MONTH");
  }
  return "INTERVAL '" + sign + std::to_string(size / 12) + "-" + std::to_string(size % 12) + "' YEAR TO MONTH";
}

std::string DayTimeIntervalText(int64_t micros, IntervalField start, IntervalField end) {
  constexpr std::array<char, 4> kSeparators = {' ', ' ', ':', ':'};
  const auto first = static_cast<size_t>(start);
  const auto last = static_cast<size_t>(end);
  uint64_t rest = Magnitude(micros);
  std::string text = micros < 0 ? "INTERVAL '-" : "INTERVAL '";
  for (size_t field = first; field <= last; ++field) {
    if (field > first) text += kSeparators[field];
    text += Padded(rest / kMicrosPerField[field], field == 0 ? 1 : 2);
    rest %= kMicrosPerField[field];
  }
  if (last == 3) text += FractionText(rest);
  text += "' " + std::string(kDayTimeNames[first]);
  if (last != first) text += " TO " + std::string(kDayTimeNames[last]);
  return text;
}

std::string YearMonthIntervalHiveText(int64_t months) {
  const uint64_t size = Magnitude(months);
  return (months < 0 ? "-" : "") + std::to_string(size / 12) + "-" + std::to_string(size % 12);
}

std::string DayTimeIntervalHiveText(int64_t micros) {
  const uint64_t size = Magnitude(micros);
  auto field = [&](size_t i) { return size / kMicrosPerField[i]; };
  return (micros < 0 ? "-" : "") + std::to_string(field(0)) + " " + Padded(field(1) % 24, 2) + ":" +
         Padded(field(2) % 60, 2) + ":" + Padded(field(3) % 60, 2) + "." + Padded(size % 1'000'000 * 1000, 9);
}

std::string CalendarIntervalText(const CalendarIntervalValue& value) {
  std::string text;
  auto add = [&](int64_t count, std::string_view unit) {
    if (count == 0) return;
    if (!text.empty()) text += ' ';
    text += std::to_string(count) + " ";
    text += unit;
  };
  add(value.months / 12, "years");
  add(value.months % 12, "months");
  add(value.days, "days");
  add(value.microseconds / kMicrosPerHour, "hours");
  const int64_t below_hour = value.microseconds % kMicrosPerHour;
  add(below_hour / kMicrosPerMinute, "minutes");
  const int64_t below_minute = below_hour % kMicrosPerMinute;
  if (below_minute != 0) {
    const uint64_t size = Magnitude(below_minute);
    if (!text.empty()) text += ' ';
    if (below_minute < 0) text += '-';
    text += std::to_string(size / 1'000'000) + FractionText(size % 1'000'000) + " seconds";
  }
  return text.empty() ? "0 seconds" : text;
}

}  // namespace firesteel
