#include "functions/formats/format_options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/ascii_case.h"
#include "base/error.h"
#include "base/utf8.h"

namespace firesteel::functions {
FormatOptions::FormatOptions(const std::vector<std::pair<std::string, std::string>>& options) {
  for (const auto& [key, value] : options) {
    std::string lower = AsciiLower(key);
    auto same = std::find_if(options_.begin(), options_.end(), [&](const auto& known) { return known.first == lower; });
    if (same != options_.end()) {
      same->second = value;
    } else {
      options_.emplace_back(std::move(lower), value);
    }
  }
}

FormatOptions FormatOptions::FromConstant(const std::optional<Value>& map) {
  std::vector<std::pair<std::string, std::string>> options;
  if (map && !map->is_null()) {
    const ValueList& entries = map->list();
    for (size_t i = 0; i + 1 < entries.size(); i += 2) {
      if (!entries[i + 1].is_null()) options.emplace_back(entries[i].text(), entries[i + 1].text());
    }
  }
  return FormatOptions(options);
}

const std::string* FormatOptions::Find(std::string_view key) const {
  const std::string lower = AsciiLower(key);
  for (const auto& [known, value] : options_) {
    if (known == lower) return &value;
  }
  return nullptr;
}

std::string FormatOptions::Text(std::string_view key, std::string_view otherwise) const {
  const std::string* value = Find(key);
  return value ? *value : std::string(otherwise);
}

bool FormatOptions::Flag(std::string_view key, bool otherwise) const {
  const std::string* value = Find(key);
  if (!value) return otherwise;
  const std::string lower = AsciiLower(*value);
  if (lower == "true") return true;
  if (lower == "false") return false;
  throw QueryError("_LEGACY_ERROR_TEMP_2147", {{"paramName", std::string(key)}}, nullptr, ErrorClass::kSpark);
}

int64_t FormatOptions::Integer(std::string_view key, int64_t otherwise) const {
  const std::string* value = Find(key);
  if (!value) return otherwise;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error == std::errc() && end == value->data() + value->size()) return number;
  throw QueryError("_LEGACY_ERROR_TEMP_2146", {{"paramName", std::string(key)}, {"value", *value}}, nullptr,
                   ErrorClass::kRuntime);
}

double FormatOptions::Real(std::string_view key, double otherwise) const {
  const std::string* value = Find(key);
  if (!value) return otherwise;
  char* end = nullptr;
  const double number = std::strtod(value->c_str(), &end);
  if (end != value->c_str() && *end == '\0') return number;
  throw QueryError("_LEGACY_ERROR_TEMP_2146", {{"paramName", std::string(key)}, {"value", *value}}, nullptr,
                   ErrorClass::kRuntime);
}

char32_t FormatOptions::Character(std::string_view key, char32_t otherwise) const {
  const std::string* value = Find(key);
  if (!value) return otherwise;
  if (value->empty()) return 0;
  size_t end = 0;
  const char32_t character = NextCodePoint(*value, end);
  if (end == value->size()) return character;
  throw QueryError("OPTION_VALUE_EXCEEDS_ONE_CHARACTER", {{"paramName", std::string(key)}, {"actualValue", *value}},
                   nullptr, ErrorClass::kRuntime);
}

}  // namespace firesteel::functions
