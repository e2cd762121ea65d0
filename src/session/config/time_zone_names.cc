#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include "session/config/config_value.h"

namespace firesteel::session {
namespace {

bool Digits(std::string_view text) {
  for (char c : text) {
    if (!std::isdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty();
}

int Number(std::string_view text) {
  int value = 0;
  for (char c : text) value = value * 10 + (c - '0');
  return value;
}

/// ±h, ±hh, ±h:mm, ±hh:mm, ±hhmm, ±hh:mm:ss, ±hhmmss; at most 18 hours.
bool IsOffset(std::string_view text) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return false;
  text.remove_prefix(1);
  std::string_view parts[3];
  size_t count = 0;
  if (text.find(':') != std::string_view::npos) {
    while (count < 3) {
      size_t colon = text.find(':');
      parts[count++] = text.substr(0, colon);
      if (colon == std::string_view::npos) {
        text = {};
        break;
      }
      text.remove_prefix(colon + 1);
      if (count == 3) return false;
    }
  } else if (text.size() <= 2) {
    parts[count++] = text;
  } else if (text.size() == 4 || text.size() == 6) {
    for (size_t at = 0; at < text.size(); at += 2) parts[count++] = text.substr(at, 2);
  } else {
    return false;
  }
  for (size_t i = 0; i < count; ++i) {
    if (!Digits(parts[i]) || parts[i].size() > 2) return false;
    if (i == 2 && parts[i].size() != 2) return false;
    if (i > 0 && Number(parts[i]) > 59) return false;
  }
  int seconds = Number(parts[0]) * 3600;
  if (count > 1) seconds += Number(parts[1]) * 60;
  if (count > 2) seconds += Number(parts[2]);
  return seconds <= 18 * 3600;
}

}  // namespace

bool IsKnownTimeZone(const std::string& id) {
  if (id == "Z" || id == "UTC" || id == "GMT" || id == "UT" || IsOffset(id)) return true;
  for (std::string_view prefix : {"UTC", "GMT", "UT"}) {
    if (id.starts_with(prefix) && IsOffset(std::string_view(id).substr(prefix.size()))) return true;
  }
  // Names are ASCII letters, digits and / _ - + only; ICU would also take offsets of its own, which Java does not.
  if (id.empty() || !std::isalpha(static_cast<unsigned char>(id[0]))) return false;
  for (char c : id) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '/' && c != '_' && c != '-' && c != '+') return false;
  }
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(id)));
  icu::UnicodeString found;
  zone->getID(found);
  std::string text;
  found.toUTF8String(text);
  return text == id && text != "Etc/Unknown";
}

const std::string& SystemTimeZone() {
  static const std::string zone = [] {
    if (const char* variable = std::getenv("TZ"); variable != nullptr && IsKnownTimeZone(variable)) {
      return std::string(variable);
    }
    std::error_code error;
    const std::string target = std::filesystem::read_symlink("/etc/localtime", error).string();
    constexpr std::string_view kFolder = "zoneinfo/";
    if (size_t at = target.find(kFolder); !error && at != std::string::npos) {
      std::string name = target.substr(at + kFolder.size());
      if (IsKnownTimeZone(name)) return name;
    }
    return std::string("UTC");
  }();
  return zone;
}

}  // namespace firesteel::session
