#include "types/time_zone_loader.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "types/calendar.h"

namespace firesteel {
namespace {

// What the time zone database made names of regions in 2024, and Java with it; packages for old systems keep the zones
// of fixed rules that they were.
constexpr std::pair<std::string_view, std::string_view> kMerged[] = {
    {"CET", "Europe/Brussels"},         {"CST6CDT", "America/Chicago"}, {"EET", "Europe/Athens"},
    {"EST5EDT", "America/New_York"},    {"MET", "Europe/Brussels"},     {"MST7MDT", "America/Denver"},
    {"PST8PDT", "America/Los_Angeles"}, {"WET", "Europe/Lisbon"},
};

// Java's ZoneId.SHORT_IDS, which Spark takes for old names.
constexpr std::pair<std::string_view, std::string_view> kShortIds[] = {
    {"ACT", "Australia/Darwin"},
    {"AET", "Australia/Sydney"},
    {"AGT", "America/Argentina/Buenos_Aires"},
    {"ART", "Africa/Cairo"},
    {"AST", "America/Anchorage"},
    {"BET", "America/Sao_Paulo"},
    {"BST", "Asia/Dhaka"},
    {"CAT", "Africa/Harare"},
    {"CNT", "America/St_Johns"},
    {"CST", "America/Chicago"},
    {"CTT", "Asia/Shanghai"},
    {"EAT", "Africa/Addis_Ababa"},
    {"ECT", "Europe/Paris"},
    {"EST", "-05:00"},
    {"HST", "-10:00"},
    {"IET", "America/Indiana/Indianapolis"},
    {"IST", "Asia/Kolkata"},
    {"JST", "Asia/Tokyo"},
    {"MIT", "Pacific/Apia"},
    {"MST", "-07:00"},
    {"NET", "Asia/Yerevan"},
    {"NST", "Pacific/Auckland"},
    {"PLT", "Asia/Karachi"},
    {"PNT", "America/Phoenix"},
    {"PRT", "America/Puerto_Rico"},
    {"PST", "America/Los_Angeles"},
    {"SST", "Pacific/Guadalcanal"},
    {"VST", "Asia/Ho_Chi_Minh"},
    // Old names that Java's copy of the database still has.
    {"SystemV/AST4ADT", "America/Halifax"},
    {"SystemV/EST5EDT", "America/New_York"},
    {"SystemV/CST6CDT", "America/Chicago"},
    {"SystemV/MST7MDT", "America/Denver"},
    {"SystemV/PST8PDT", "America/Los_Angeles"},
    {"SystemV/YST9YDT", "America/Anchorage"},
    {"SystemV/AST4", "America/Puerto_Rico"},
    {"SystemV/EST5", "America/Indianapolis"},
    {"SystemV/CST6", "America/Regina"},
    {"SystemV/MST7", "America/Phoenix"},
    {"SystemV/PST8", "Pacific/Pitcairn"},
    {"SystemV/YST9", "Pacific/Gambier"},
    {"SystemV/HST10", "Pacific/Honolulu"},
};

// Files of the database that Java does not have as zones.
constexpr std::string_view kNotRegions[] = {"Factory", "ROC", "localtime", "posixrules"};

constexpr int32_t kMaxOffset = 18 * 3600;
// Explicit changes are kept up to here; later ones are computed from the yearly rule.
constexpr int64_t kLastExplicitYear = 2200;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Two digits at `i`, or -1.
int TwoDigits(std::string_view text, size_t i) {
  if (i + 2 > text.size() || !IsDigit(text[i]) || !IsDigit(text[i + 1])) return -1;
  return (text[i] - '0') * 10 + (text[i + 1] - '0');
}

// Java's ZoneOffset.of: +h, +hh, +hhmm, +hh:mm, +hhmmss, +hh:mm:ss; and Spark's +h:mm, +hh:m.
std::optional<int32_t> ParseOffset(std::string_view given) {
  if (given == "Z") return 0;
  if (given.size() < 2 || (given[0] != '+' && given[0] != '-')) return std::nullopt;
  std::string text(given);
  if (text.size() > 2 && text[2] == ':') text.insert(1, "0");
  if (text.size() == 5 && text[3] == ':') text.insert(4, "0");
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  switch (text.size()) {
    case 2:
      hours = IsDigit(text[1]) ? text[1] - '0' : -1;
      break;
    case 3:
      hours = TwoDigits(text, 1);
      break;
    case 5:
      hours = TwoDigits(text, 1);
      minutes = TwoDigits(text, 3);
      break;
    case 6:
      if (text[3] != ':') return std::nullopt;
      hours = TwoDigits(text, 1);
      minutes = TwoDigits(text, 4);
      break;
    case 7:
      hours = TwoDigits(text, 1);
      minutes = TwoDigits(text, 3);
      seconds = TwoDigits(text, 5);
      break;
    case 9:
      if (text[3] != ':' || text[6] != ':') return std::nullopt;
      hours = TwoDigits(text, 1);
      minutes = TwoDigits(text, 4);
      seconds = TwoDigits(text, 7);
      break;
    default:
      return std::nullopt;
  }
  if (hours < 0 || minutes < 0 || seconds < 0 || minutes > 59 || seconds > 59) return std::nullopt;
  const int32_t total = hours * 3600 + minutes * 60 + seconds;
  if (total > kMaxOffset) return std::nullopt;
  return text[0] == '-' ? -total : total;
}

std::string OffsetText(int32_t offset) {
  if (offset == 0) return "Z";
  auto two = [](int32_t n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
  const int32_t size = std::abs(offset);
  std::string text = (offset < 0 ? "-" : "+") + two(size / 3600) + ":" + two(size / 60 % 60);
  if (size % 60 != 0) text += ":" + two(size % 60);
  return text;
}

// What Java takes for a region's name; keeps paths out, too.
bool LooksLikeRegion(std::string_view id) {
  if (id.size() < 2 || id.size() > 64) return false;
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!letter(id[0]) || id.find("..") != std::string_view::npos) return false;
  if (id.starts_with("posix/") || id.starts_with("right/")) return false;
  if (std::find(std::begin(kNotRegions), std::end(kNotRegions), id) != std::end(kNotRegions)) return false;
  return std::all_of(id.begin(), id.end(), [&](char c) {
    return letter(c) || IsDigit(c) || c == '~' || c == '/' || c == '.' || c == '_' || c == '+' || c == '-';
  });
}

// Big-endian numbers of a TZif file.
struct ByteReader {
  std::string_view bytes;
  size_t position = 0;
  bool failed = false;

  uint8_t Byte() {
    if (position >= bytes.size()) {
      failed = true;
      return 0;
    }
    return static_cast<uint8_t>(bytes[position++]);
  }
  int64_t Number(int size) {
    uint64_t value = 0;
    for (int i = 0; i < size; ++i) value = (value << 8) | Byte();
    return size == 4 ? static_cast<int32_t>(static_cast<uint32_t>(value)) : static_cast<int64_t>(value);
  }
  void Skip(size_t count) {
    if (count > bytes.size() - position) {
      failed = true;
      position = bytes.size();
    } else {
      position += count;
    }
  }
};

struct FileHeader {
  uint8_t version = 0;
  size_t ut_count = 0, wall_count = 0, leap_count = 0, time_count = 0, type_count = 0, char_count = 0;

  bool Read(ByteReader& in) {
    if (in.bytes.substr(in.position, 4) != "TZif") return false;
    in.Skip(4);
    version = in.Byte();
    in.Skip(15);
    for (size_t* count : {&ut_count, &wall_count, &leap_count, &time_count, &type_count, &char_count}) {
      const int64_t n = in.Number(4);
      if (n < 0 || n > 1'000'000) return false;
      *count = static_cast<size_t>(n);
    }
    return !in.failed;
  }
  size_t BodySize(size_t time_size) const {
    return time_count * time_size + time_count + type_count * 6 + char_count + leap_count * (time_size + 4) +
           wall_count + ut_count;
  }
};

// The pieces of a POSIX TZ text.
struct RuleReader {
  std::string_view text;
  bool failed = false;

  bool Take(char c) {
    if (text.empty() || text[0] != c) return false;
    text.remove_prefix(1);
    return true;
  }
  std::string Name() {
    std::string name;
    if (Take('<')) {
      while (!text.empty() && text[0] != '>') {
        name += text[0];
        text.remove_prefix(1);
      }
      if (!Take('>')) failed = true;
    } else {
      while (!text.empty() && ((text[0] | 0x20) >= 'a' && (text[0] | 0x20) <= 'z')) {
        name += text[0];
        text.remove_prefix(1);
      }
    }
    if (name.empty()) failed = true;
    return name;
  }
  int Integer() {
    if (text.empty() || !IsDigit(text[0])) failed = true;
    int value = 0;
    while (!text.empty() && IsDigit(text[0]) && value < 100'000) {
      value = value * 10 + (text[0] - '0');
      text.remove_prefix(1);
    }
    return value;
  }
  // [+-]hh[:mm[:ss]]
  int32_t Time() {
    int sign = 1;
    if (Take('-')) {
      sign = -1;
    } else {
      Take('+');
    }
    int32_t seconds = Integer() * 3600;
    if (Take(':')) seconds += Integer() * 60;
    if (Take(':')) seconds += Integer();
    return sign * seconds;
  }
};

}  // namespace

TimeZonePtr TimeZoneLoader::Fixed(std::string id, int32_t offset) {
  auto zone = std::make_shared<TimeZone>();
  zone->types_.push_back({offset, false, OffsetText(offset)});
  zone->id_ = std::move(id);
  return zone;
}

TimeZonePtr TimeZoneLoader::Load(std::string_view id) {
  if (id.empty()) return nullptr;
  for (const auto& [short_id, full] : kShortIds) {
    if (id == short_id) return Load(full);
  }
  if (id == "Z" || id[0] == '+' || id[0] == '-') {
    std::optional<int32_t> offset = ParseOffset(id);
    return offset ? Fixed(OffsetText(*offset), *offset) : nullptr;
  }
  for (std::string_view prefix : {"UTC", "GMT", "UT"}) {
    if (!id.starts_with(prefix)) continue;
    if (id.size() == prefix.size()) return Fixed(std::string(id), 0);
    const std::string_view rest = id.substr(prefix.size());
    if (rest[0] != '+' && rest[0] != '-') continue;
    std::optional<int32_t> offset = ParseOffset(rest);
    if (!offset) return nullptr;
    return Fixed(std::string(prefix) + (*offset == 0 ? "" : OffsetText(*offset)), *offset);
  }
  if (!LooksLikeRegion(id)) return nullptr;
  for (const auto& [old, region] : kMerged) {
    if (id == old) return Region(std::string(id), std::string(region));
  }
  return Region(std::string(id), std::string(id));
}

TimeZonePtr TimeZoneLoader::Region(const std::string& id, const std::string& file_name) {
  const char* folder = std::getenv("TZDIR");
  const std::filesystem::path path =
      std::filesystem::path(folder && *folder ? folder : "/usr/share/zoneinfo") / file_name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return nullptr;  // "Europe" is a folder
  std::ifstream file(path, std::ios::binary);
  if (!file) return nullptr;
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  auto zone = std::make_shared<TimeZone>();
  if (!ParseFile(bytes, *zone)) return nullptr;
  zone->id_ = id;
  zone->MakeSpans();
  return zone;
}

bool TimeZoneLoader::ParseFile(std::string_view bytes, TimeZone& zone) {
  ByteReader in{bytes};
  FileHeader header;
  if (!header.Read(in)) return false;
  int time_size = 4;
  if (header.version >= '2') {  // the first part is for programs with 32-bit times
    in.Skip(header.BodySize(4));
    if (!header.Read(in)) return false;
    time_size = 8;
  }
  if (header.type_count == 0) return false;
  std::vector<int64_t> times(header.time_count);
  for (int64_t& time : times) time = in.Number(time_size);
  std::vector<uint8_t> indices(header.time_count);
  for (uint8_t& index : indices) index = in.Byte();
  std::vector<uint8_t> name_offsets;
  for (size_t i = 0; i < header.type_count; ++i) {
    TimeZone::LocalType type;
    type.offset = static_cast<int32_t>(in.Number(4));
    type.daylight = in.Byte() != 0;
    name_offsets.push_back(in.Byte());
    zone.types_.push_back(std::move(type));
  }
  const size_t names = in.position;
  in.Skip(header.char_count + header.leap_count * (static_cast<size_t>(time_size) + 4) + header.wall_count +
          header.ut_count);
  if (in.failed) return false;
  for (size_t i = 0; i < header.type_count; ++i) {
    for (size_t k = name_offsets[i]; k < header.char_count && bytes[names + k] != '\0'; ++k) {
      zone.types_[i].abbreviation += bytes[names + k];
    }
  }
  int32_t before = zone.types_[0].offset;
  for (size_t i = 0; i < times.size(); ++i) {
    if (indices[i] >= header.type_count) return false;
    const int32_t after = zone.types_[indices[i]].offset;
    zone.transitions_.push_back({times[i], before, after, indices[i]});
    before = after;
  }
  if (header.version < '2') return true;
  std::string_view rule = bytes.substr(in.position);
  if (rule.size() < 2 || rule[0] != '\n') return true;
  rule = rule.substr(1, rule.find('\n', 1) - 1);
  return rule.empty() || ParseRule(rule, zone);
}

bool TimeZoneLoader::ParseRule(std::string_view text, TimeZone& zone) {
  RuleReader in{text};
  TimeZone::LocalType standard;
  standard.abbreviation = in.Name();
  standard.offset = -in.Time();
  if (in.failed) return false;
  if (in.text.empty()) return true;  // the last change of the file holds for ever
  TimeZone::LocalType daylight;
  daylight.abbreviation = in.Name();
  daylight.daylight = true;
  daylight.offset = standard.offset + 3600;
  if (!in.text.empty() && in.text[0] != ',') daylight.offset = -in.Time();
  auto read_date = [&](TimeZone::RuleDate& date) {
    if (!in.Take(',')) in.failed = true;
    if (in.Take('M')) {
      date.month = in.Integer();
      if (!in.Take('.')) in.failed = true;
      date.week = in.Integer();
      if (!in.Take('.')) in.failed = true;
      date.day = in.Integer();
      if (date.month < 1 || date.month > 12 || date.week < 1 || date.week > 5 || date.day > 6) in.failed = true;
    } else {
      date.kind = in.Take('J') ? TimeZone::RuleDate::Kind::kJulian : TimeZone::RuleDate::Kind::kZeroBased;
      date.day = in.Integer();
    }
    date.second_of_day = in.Take('/') ? in.Time() : 2 * 3600;
  };
  read_date(zone.daylight_begins_);
  read_date(zone.daylight_ends_);
  if (in.failed) return false;
  zone.standard_type_ = static_cast<uint16_t>(zone.types_.size());
  zone.types_.push_back(std::move(standard));
  zone.daylight_type_ = static_cast<uint16_t>(zone.types_.size());
  zone.types_.push_back(std::move(daylight));
  zone.has_future_rule_ = true;

  int64_t last = zone.transitions_.empty() ? INT64_MIN : zone.transitions_.back().instant;
  const int64_t first_year = zone.transitions_.empty() ? 1900 : CivilFromDays(FloorDiv(last, kSecondsPerDay)).year;
  for (int64_t year = first_year; year <= kLastExplicitYear; ++year) {
    for (TimeZone::Transition& t : zone.YearTransitions(year)) {
      if (t.instant <= last) continue;
      last = t.instant;
      t.before = zone.transitions_.empty() ? zone.types_[0].offset : zone.transitions_.back().after;
      zone.transitions_.push_back(t);
    }
  }
  return true;
}

}  // namespace firesteel
