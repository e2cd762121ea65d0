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

// Seconds since 1970 on the clock shown, and a fraction of `digits` digits.
std::string LocalText(int64_t local_second, int64_t fraction, int digits) {
  std::string text;
  AppendDate(text, CivilFromDays(FloorDiv(local_second, kSecondsPerDay)));
  text += ' ';
  AppendTime(text, FloorMod(local_second, kSecondsPerDay), fraction, digits);
  return text;
}

// Written without adding the offset to the microseconds, which could overflow at the ends of the range.
std::string LocalText(int64_t micros, int32_t offset_seconds) {
  return LocalText(FloorDiv(micros, kMicrosPerSecond) + offset_seconds, FloorMod(micros, kMicrosPerSecond), 6);
}

int64_t SecondsOf(int128_t nanos) {
  const int128_t seconds = nanos / kNanosPerSecond;
  return static_cast<int64_t>(nanos % kNanosPerSecond < 0 ? seconds - 1 : seconds);
}

int64_t FractionOf(int128_t nanos) {
  return static_cast<int64_t>(nanos - static_cast<int128_t>(SecondsOf(nanos)) * kNanosPerSecond);
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

int64_t FloorMicros(int128_t nanos) {
  const int128_t rest = nanos % 1000;
  return static_cast<int64_t>((nanos - (rest < 0 ? rest + 1000 : rest)) / 1000);
}

std::string TimestampNtzNanosText(int128_t nanos) { return LocalText(SecondsOf(nanos), FractionOf(nanos), 9); }

std::string TimestampNanosText(int128_t nanos, const TimeZone& zone) {
  const int64_t second = SecondsOf(nanos);
  return LocalText(second + zone.OffsetAtInstant(second), FractionOf(nanos), 9);
}

std::string TimeText(int64_t nanos) {
  std::string text;
  AppendTime(text, nanos / kNanosPerSecond, nanos % kNanosPerSecond, 9);
  return text;
}

}  // namespace firesteel
