#include "types/datetime_text.h"

#include <charconv>

#include "types/calendar.h"

namespace firesteel {
namespace {

char* PutTwo(char* out, int64_t number) {
  out[0] = static_cast<char>('0' + number / 10);
  out[1] = static_cast<char>('0' + number % 10);
  return out + 2;
}

// Years of more than four digits and negative ones carry a sign, as ISO 8601 has it.
char* PutDate(char* out, const CivilDate& date) {
  int64_t year = date.year;
  if (year < 0) {
    *out++ = '-';
    year = -year;
  } else if (year > 9999) {
    *out++ = '+';
  }
  if (year > 9999) {
    out = std::to_chars(out, out + 20, year).ptr;
  } else {
    out = PutTwo(PutTwo(out, year / 100), year % 100);
  }
  *out++ = '-';
  out = PutTwo(out, date.month);
  *out++ = '-';
  return PutTwo(out, date.day);
}

// Seconds of the day and a fraction of `digits` digits, without trailing zeros.
char* PutTime(char* out, int64_t second_of_day, int64_t fraction, int digits) {
  out = PutTwo(out, second_of_day / 3600);
  *out++ = ':';
  out = PutTwo(out, second_of_day / 60 % 60);
  *out++ = ':';
  out = PutTwo(out, second_of_day % 60);
  if (fraction == 0) return out;
  *out++ = '.';
  for (int i = digits; i-- > 0; fraction /= 10) out[i] = static_cast<char>('0' + fraction % 10);
  out += digits;
  while (out[-1] == '0') --out;
  return out;
}

// Seconds since 1970 on the clock shown, and a fraction of `digits` digits.
char* PutLocal(char* out, int64_t local_second, int64_t fraction, int digits) {
  out = PutDate(out, CivilFromDays(FloorDiv(local_second, kSecondsPerDay)));
  *out++ = ' ';
  return PutTime(out, FloorMod(local_second, kSecondsPerDay), fraction, digits);
}

std::string LocalText(int64_t local_second, int64_t fraction, int digits) {
  char text[kTimestampRoom];
  return std::string(text, PutLocal(text, local_second, fraction, digits));
}

// Written without adding the offset to the microseconds, which could overflow at the ends of the range.
char* PutLocal(char* out, int64_t micros, int32_t offset_seconds) {
  return PutLocal(out, FloorDiv(micros, kMicrosPerSecond) + offset_seconds, FloorMod(micros, kMicrosPerSecond), 6);
}

int64_t SecondsOf(int128_t nanos) {
  const int128_t seconds = nanos / kNanosPerSecond;
  return static_cast<int64_t>(nanos % kNanosPerSecond < 0 ? seconds - 1 : seconds);
}

int64_t FractionOf(int128_t nanos) {
  return static_cast<int64_t>(nanos - static_cast<int128_t>(SecondsOf(nanos)) * kNanosPerSecond);
}

}  // namespace

size_t WriteDate(int64_t days, char* out) { return static_cast<size_t>(PutDate(out, CivilFromDays(days)) - out); }

size_t WriteTimestampNtz(int64_t micros, char* out) { return static_cast<size_t>(PutLocal(out, micros, 0) - out); }

size_t WriteTimestamp(int64_t micros, const TimeZone& zone, char* out) {
  const int32_t offset = zone.OffsetAtInstant(FloorDiv(micros, kMicrosPerSecond));
  return static_cast<size_t>(PutLocal(out, micros, offset) - out);
}

std::string DateText(int64_t days) {
  char text[kTimestampRoom];
  return std::string(text, WriteDate(days, text));
}

std::string TimestampNtzText(int64_t micros) {
  char text[kTimestampRoom];
  return std::string(text, WriteTimestampNtz(micros, text));
}

std::string TimestampText(int64_t micros, const TimeZone& zone) {
  char text[kTimestampRoom];
  return std::string(text, WriteTimestamp(micros, zone, text));
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
  char text[kTimestampRoom];
  return std::string(text, PutTime(text, nanos / kNanosPerSecond, nanos % kNanosPerSecond, 9));
}

}  // namespace firesteel
