#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "types/value.h"

/// The options of a text format as the user gave them: keys in any case, the last of equal keys counts.
namespace firesteel::functions {

class FormatOptions {
 public:
  FormatOptions() = default;
  explicit FormatOptions(const std::vector<std::pair<std::string, std::string>>& options);
  /// The options argument of from_json, to_csv and their like: a map<string,string> constant. Null: no options.
  static FormatOptions FromConstant(const std::optional<Value>& map);

  /// The value of `key` (any case), or nothing.
  const std::string* Find(std::string_view key) const;
  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  std::string Text(std::string_view key, std::string_view otherwise) const;
  /// "true" or "false" in any case; else _LEGACY_ERROR_TEMP_2147.
  bool Flag(std::string_view key, bool otherwise) const;
  /// Throws _LEGACY_ERROR_TEMP_2146 (not an integer).
  int64_t Integer(std::string_view key, int64_t otherwise) const;
  double Real(std::string_view key, double otherwise) const;
  /// One character; an empty value is 0. Throws OPTION_VALUE_EXCEEDS_ONE_CHARACTER.
  char32_t Character(std::string_view key, char32_t otherwise) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return options_; }

 private:
  std::vector<std::pair<std::string, std::string>> options_;  // keys in lower case
};

}  // namespace firesteel::functions
