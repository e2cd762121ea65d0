#include <charconv>
#include <cstring>

#include "functions/kernels/datetime/pattern.h"
#include "types/calendar.h"

/// Texts of dates and times by a pattern.
namespace firesteel::functions {

namespace {

/// At least `width` digits of a number that is not negative.
char* PutPadded(char* out, int64_t value, int width) {
  if (width == 2 && value < 100) {
    out[0] = static_cast<char>('0' + value / 10);
    out[1] = static_cast<char>('0' + value % 10);
    return out + 2;
  }
  char digits[20];
  const auto count = static_cast<int>(std::to_chars(digits, digits + sizeof(digits), value).ptr - digits);
  for (int i = count; i < width; ++i) *out++ = '0';
  std::memcpy(out, digits, static_cast<size_t>(count));
  return out + count;
}

char* Put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

/// +HH, +HHmm, +HH:mm, +HHmmss, +HH:mm:ss by the count of x or X letters; X writes Z for zero.
char* PutOffset(char* out, int32_t seconds, char letter, int count) {
  if (letter == 'Z') {
    if (count == 4) return PutOffset(out, seconds, 'O', 4);
    if (count == 5) return seconds == 0 ? Put(out, "Z") : PutOffset(out, seconds, 'x', 5);
    return PutOffset(out, seconds, 'x', 2);
  }
  if (letter == 'X' && seconds == 0) return Put(out, "Z");
  const int32_t magnitude = seconds < 0 ? -seconds : seconds;
  const char sign = seconds < 0 ? '-' : '+';
  const int32_t hours = magnitude / 3600;
  const int32_t minutes = magnitude / 60 % 60;
  const int32_t rest = magnitude % 60;
  const auto put_part = [&](int32_t part, bool colon) {
    if (colon) *out++ = ':';
    out = PutPadded(out, part, 2);
  };
  if (letter == 'O') {
    out = Put(out, "GMT");
    if (seconds == 0) return out;
    *out++ = sign;
    out = PutPadded(out, hours, count == 4 ? 2 : 1);
    if (count == 4 || minutes != 0 || rest != 0) put_part(minutes, true);
    if (rest != 0) put_part(rest, true);
    return out;
  }
  const bool colon = count == 3 || count == 5;
  *out++ = sign;
  put_part(hours, false);
  if (count > 1 || minutes != 0) put_part(minutes, colon);
  if (count > 3 && rest != 0) put_part(rest, colon);
  return out;
}

}  // namespace

std::string DatetimePattern::Format(int64_t local_micros, int64_t instant_micros, const TimeZone& zone) const {
  std::string room;
  return std::string(Format(local_micros, instant_micros, zone, room));
}

std::string_view DatetimePattern::Format(int64_t local_micros, int64_t instant_micros, const TimeZone& zone,
                                         std::string& room) const {
  const int64_t days = FloorDiv(local_micros, kMicrosPerDay);
  const int64_t of_day = FloorMod(local_micros, kMicrosPerDay);
  const CivilDate date = CivilFromDays(days);
  const int64_t hour = of_day / kMicrosPerHour;
  const int64_t instant_second = FloorDiv(instant_micros, kMicrosPerSecond);
  std::string abbreviation;
  size_t most = room_;
  if (names_zone_) {
    abbreviation = zone.AbbreviationAt(instant_second);
    most += pieces_.size() * (zone.id().size() + abbreviation.size());
  }
  if (room.size() < most) room.resize(most);
  char* out = room.data();
  for (const Piece& piece : pieces_) {
    const int n = piece.count;
    switch (piece.letter) {
      case 0:
        out = Put(out, piece.text);
        break;
      case 'G':
        out = Put(out, n == 4 ? (date.year > 0 ? "Anno Domini" : "Before Christ") : (date.year > 0 ? "AD" : "BC"));
        break;
      case 'y': {
        // Without an era Spark counts years on below the first one.
        int64_t year = date.year;
        if (has_era_) year = date.year > 0 ? date.year : 1 - date.year;
        if (year < 0) {
          if (n != 2) *out++ = '-';
          year = -year;
        }
        if (n == 2) {
          out = PutPadded(out, year % 100, 2);
        } else {
          if (n >= 4 && year > 9999) *out++ = '+';
          out = PutPadded(out, year, n);
        }
        break;
      }
      case 'M':
      case 'L': {
        const std::string_view name = kMonthNames[static_cast<size_t>(date.month - 1)];
        out = n <= 2 ? PutPadded(out, date.month, n) : Put(out, n == 3 ? name.substr(0, 3) : name);
        break;
      }
      case 'Q':
      case 'q': {
        const int quarter = (date.month - 1) / 3 + 1;
        static constexpr std::array<std::string_view, 4> kNames = {"1st quarter", "2nd quarter", "3rd quarter",
                                                                   "4th quarter"};
        if (n == 3) *out++ = 'Q';
        out = n == 4 ? Put(out, kNames[static_cast<size_t>(quarter - 1)]) : PutPadded(out, quarter, n == 3 ? 1 : n);
        break;
      }
      case 'd':
        out = PutPadded(out, date.day, n);
        break;
      case 'D':
        out = PutPadded(out, DayOfYear(days), n);
        break;
      case 'F':
        out = PutPadded(out, (date.day - 1) % 7 + 1, n);
        break;
      case 'E': {
        const std::string_view name = kDayNames[static_cast<size_t>(IsoDayOfWeek(days) - 1)];
        out = Put(out, n == 4 ? name : name.substr(0, 3));
        break;
      }
      case 'a':
        out = Put(out, hour < 12 ? "AM" : "PM");
        break;
      case 'H':
        out = PutPadded(out, hour, n);
        break;
      case 'k':
        out = PutPadded(out, hour == 0 ? 24 : hour, n);
        break;
      case 'K':
        out = PutPadded(out, hour % 12, n);
        break;
      case 'h':
        out = PutPadded(out, hour % 12 == 0 ? 12 : hour % 12, n);
        break;
      case 'm':
        out = PutPadded(out, of_day / kMicrosPerMinute % 60, n);
        break;
      case 's':
        out = PutPadded(out, of_day / kMicrosPerSecond % 60, n);
        break;
      case 'S': {
        // Nine digits, of which the first n count.
        PutPadded(out, of_day % kMicrosPerSecond * 1000, 9);
        out += n;
        break;
      }
      case 'V':
        out = Put(out, zone.id());
        break;
      case 'z':
        out = Put(out, abbreviation);
        break;
      default:
        out = PutOffset(out, zone.OffsetAtInstant(instant_second), piece.letter, n);
        break;
    }
  }
  return {room.data(), static_cast<size_t>(out - room.data())};
}

}  // namespace firesteel::functions
