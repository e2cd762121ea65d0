#include "types/datetime_text.h"

#include "types/calendar.h"

namespace firesteel {
namespace {

void AppendPadded(std::string& text, int64_t number, int width) {
  const std::string digits = std::to_string(number);
  for (int i = static_cast<int>(digits.size()); i < width; ++i) text += '0';
  text += digits;
}

// Years of more than four digits and negative ones carry a sign, as ISO 8601 has it.
void AppendDate(std::string& text, const CivilDate& date) {
  if (date.year < 0) {
    text += '-';
  } else if (date.year > 9999) {
    text += '+';
  }
  AppendPadded(text, date.year < 0 ? -date.year : date.year, 4);
  text += '-';
  AppendPadded(text, date.month, 2);
  text += '-';
  AppendPadded(text, date.day, 2);
}

// Seconds of the day and a fraction of `digits` digits, without trailing zeros.
void AppendTime(std::string& text, int64_t second_of_day, int64_t fraction, int digits) {
  AppendPadded(text, second_of_day / 3600, 2);
  text += ':';
  AppendPadded(text, second_of_day / 60 % 60, 2);
  text += ':';
  AppendPadded(text, second_of_day % 60, 2);
  if (fraction == 0) return;
  text += '.';
  AppendPadded(text, fraction, digits);
  while (text.back() == '0') text.pop_back();
}

// Written without adding the offset to the microseconds, which could overflow at the ends of the range.
std::string LocalText(int64_t micros, int32_t offset_seconds) {
  const int64_t local_second = FloorDiv(micros, kMicrosPerSecond) + offset_seconds;
  std::string text;
  AppendDate(text, CivilFromDays(FloorDiv(local_second, kSecondsPerDay)));
  text += ' ';
  AppendTime(text, FloorMod(local_second, kSecondsPerDay), FloorMod(micros, kMicrosPerSecond), 6);
  return text;
}

}  // namespace

std::string DateText(int64_t days) {
  std::string text;
  AppendDate(text, CivilFromDays(days));
  return text;
}

std::string TimestampNtzText(int64_t micros) { return LocalText(micros, 0); }

std::string TimestampText(int64_t micros, const TimeZone& zone) {
  return LocalText(micros, zone.OffsetAtInstant(FloorDiv(micros, kMicrosPerSecond)));
}

std::string TimeText(int64_t nanos) {
  std::string text;
  AppendTime(text, nanos / kNanosPerSecond, nanos % kNanosPerSecond, 9);
  return text;
}

}  // namespace firesteel
