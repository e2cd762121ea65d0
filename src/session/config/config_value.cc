#include "session/config/config_value.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <span>

#include "base/ascii_case.h"
#include "base/error.h"

namespace firesteel::session {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

template <class Number>
bool ParseWhole(std::string_view text, Number* value) {
  text = Trim(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool ParseDouble(std::string_view text, double* value) {
  std::string owned(Trim(text));
  if (owned.empty()) return false;
  char* end = nullptr;
  *value = std::strtod(owned.c_str(), &end);
  if (end == owned.c_str()) return false;
  // Java allows one suffix of type.
  if (*end == 'd' || *end == 'D' || *end == 'f' || *end == 'F') ++end;
  return *end == '\0';
}

struct Unit {
  std::string_view name;
  int64_t factor;
};

constexpr Unit kByteUnits[] = {{"b", 1},          {"k", 1LL << 10}, {"kb", 1LL << 10}, {"m", 1LL << 20},
                               {"mb", 1LL << 20}, {"g", 1LL << 30}, {"gb", 1LL << 30}, {"t", 1LL << 40},
                               {"tb", 1LL << 40}, {"p", 1LL << 50}, {"pb", 1LL << 50}};
constexpr Unit kTimeUnits[] = {{"us", 1},           {"ms", 1'000},        {"s", 1'000'000},     {"m", 60'000'000},
                               {"min", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}};

/// "64MB": digits and a unit, nothing between. `base` is the factor of a bare number and of the result.
bool ParseWithUnit(std::string_view text, std::span<const Unit> units, int64_t base, int64_t* value) {
  std::string lower = AsciiLower(Trim(text));
  size_t digits = 0;
  if (digits < lower.size() && lower[digits] == '-') ++digits;
  while (digits < lower.size() && std::isdigit(static_cast<unsigned char>(lower[digits]))) ++digits;
  int64_t number = 0;
  if (!ParseWhole(std::string_view(lower).substr(0, digits), &number)) return false;
  std::string_view unit = std::string_view(lower).substr(digits);
  if (unit.empty()) {
    *value = number;
    return true;
  }
  for (const Unit& candidate : units) {
    if (candidate.name != unit) continue;
    __extension__ typedef __int128 Wide;
    Wide wide = static_cast<Wide>(number) * candidate.factor / base;
    if (wide > std::numeric_limits<int64_t>::max() || wide < std::numeric_limits<int64_t>::min()) return false;
    *value = static_cast<int64_t>(wide);
    return true;
  }
  return false;
}

std::string_view TypeName(ConfigType type) {
  switch (type) {
    case ConfigType::kBoolean:
      return "boolean";
    case ConfigType::kInt:
      return "int";
    case ConfigType::kLong:
      return "long";
    case ConfigType::kDouble:
      return "double";
    case ConfigType::kBytes:
      return "bytes in BYTE";
    case ConfigType::kMebibytes:
      return "bytes in MiB";
    case ConfigType::kMilliseconds:
      return "time in MILLISECONDS";
    case ConfigType::kSeconds:
      return "time in SECONDS";
    case ConfigType::kMinutes:
      return "time in MINUTES";
    default:
      return "string";
  }
}

/// A number as Spark's converter prints it back in messages.
std::string PrintNumber(ConfigType type, double number, int64_t whole) {
  switch (type) {
    case ConfigType::kDouble: {
      std::string text = std::to_string(number);
      while (text.size() > 1 && text.back() == '0' && text[text.size() - 2] != '.') text.pop_back();
      return text;
    }
    case ConfigType::kBytes:
      return std::to_string(whole) + "b";
    case ConfigType::kMilliseconds:
      return std::to_string(whole) + "ms";
    case ConfigType::kSeconds:
      return std::to_string(whole * 1000) + "ms";
    case ConfigType::kMinutes:
      return std::to_string(whole * 60000) + "ms";
    default:
      return std::to_string(whole);
  }
}

bool InInterval(std::string_view interval, double number) {
  if (interval.empty()) return true;
  if (size_t bar = interval.find('|'); bar != std::string_view::npos) {
    double single = 0;
    if (ParseDouble(interval.substr(0, bar), &single) && single == number) return true;
    interval.remove_prefix(bar + 1);
  }
  const bool open_low = interval.front() == '(';
  const bool open_high = interval.back() == ')';
  interval = interval.substr(1, interval.size() - 2);
  size_t comma = interval.find(',');
  double bound = 0;
  if (ParseDouble(interval.substr(0, comma), &bound) && (open_low ? number <= bound : number < bound)) return false;
  if (ParseDouble(interval.substr(comma + 1), &bound) && (open_high ? number >= bound : number > bound)) return false;
  return true;
}

bool IsOption(std::string_view options, const std::string& value, bool ignore_case) {
  const std::string wanted = ignore_case ? AsciiLower(value) : value;
  while (true) {
    size_t end = options.find(", ");
    std::string_view option = options.substr(0, end);
    if ((ignore_case ? AsciiLower(option) : std::string(option)) == wanted) return true;
    if (end == std::string_view::npos) return false;
    options.remove_prefix(end + 2);
  }
}

[[noreturn]] void Refuse(const char* condition, ErrorParameters parameters) {
  throw QueryError(std::string("INVALID_CONF_VALUE.") + condition, std::move(parameters), nullptr,
                   ErrorClass::kIllegalArgument);
}

[[noreturn]] void RefuseOption(const std::string& key, const std::string& value, std::string_view options) {
  Refuse("OUT_OF_RANGE_OF_OPTIONS", {{"confName", key}, {"confValue", value}, {"confOptions", std::string(options)}});
}

[[noreturn]] void RefuseRequirement(const std::string& key, const std::string& value, std::string_view requirement) {
  Refuse("REQUIREMENT", {{"confName", key}, {"confValue", value}, {"confRequirement", std::string(requirement)}});
}

}  // namespace

bool ParseConfigBoolean(std::string_view text, bool* value) {
  std::string lower = AsciiLower(Trim(text));
  if (lower != "true" && lower != "false") return false;
  *value = lower == "true";
  return true;
}

bool ParseConfigNumber(ConfigType type, std::string_view text, int64_t* value) {
  switch (type) {
    case ConfigType::kInt: {
      int32_t number = 0;
      if (!ParseWhole(text, &number)) return false;
      *value = number;
      return true;
    }
    case ConfigType::kBytes:
      return ParseWithUnit(text, kByteUnits, 1, value);
    case ConfigType::kMebibytes:
      return ParseWithUnit(text, kByteUnits, 1LL << 20, value);
    case ConfigType::kMilliseconds:
      return ParseWithUnit(text, kTimeUnits, 1'000, value);
    case ConfigType::kSeconds:
      return ParseWithUnit(text, kTimeUnits, 1'000'000, value);
    case ConfigType::kMinutes:
      return ParseWithUnit(text, kTimeUnits, 60'000'000, value);
    default:
      return ParseWhole(text, value);
  }
}

void CheckConfigValue(const ConfigRow& row, const std::string& value) {
  // A key that falls back shares the converter of the other, and its name in messages.
  const std::string key(row.fallback.empty() ? row.key : row.fallback);
  auto mismatch = [&] {
    Refuse("TYPE_MISMATCH", {{"confName", key}, {"confValue", value}, {"confType", std::string(TypeName(row.type))}});
  };
  int64_t whole = 0;
  double number = 0;
  switch (row.type) {
    case ConfigType::kString:
      return;
    case ConfigType::kBoolean: {
      bool unused = false;
      if (!ParseConfigBoolean(value, &unused)) mismatch();
      return;
    }
    case ConfigType::kTimeZone:
      if (!IsKnownTimeZone(value)) Refuse("TIME_ZONE", {{"confValue", value}, {"confName", key}});
      return;
    case ConfigType::kEnum:
    case ConfigType::kEnumIgnoringCase:
      if (IsOption(row.options, value, row.type == ConfigType::kEnumIgnoringCase)) return;
      if (!row.requirement.empty()) RefuseRequirement(key, value, row.requirement);
      RefuseOption(key, value, row.options);
    case ConfigType::kDouble:
      if (!ParseDouble(value, &number)) mismatch();
      break;
    default:
      if (!ParseConfigNumber(row.type, value, &whole)) mismatch();
      number = static_cast<double>(whole);
  }
  if (!row.options.empty() && !IsOption(row.options, std::to_string(whole), false)) {
    RefuseOption(key, PrintNumber(row.type, number, whole), row.options);
  }
  if (!InInterval(row.interval, number)) {
    RefuseRequirement(key, PrintNumber(row.type, number, whole), row.requirement);
  }
}

std::string PrintedDefault(const ConfigRow& row) {
  switch (row.type) {
    case ConfigType::kBytes:
    case ConfigType::kMilliseconds:
    case ConfigType::kSeconds:
    case ConfigType::kMinutes: {
      int64_t whole = 0;
      if (ParseConfigNumber(row.type, row.default_value, &whole)) return PrintNumber(row.type, 0, whole);
      break;
    }
    default:
      break;
  }
  return row.default_value;
}

}  // namespace firesteel::session
