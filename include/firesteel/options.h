#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace firesteel::client {

/// The value of an option of a reader, a writer or a function: text, a truth value ("true") or a number, as text.
class OptionValue {
 public:
  OptionValue(std::string text) : text_(std::move(text)) {}       // NOLINT: implicit by purpose
  OptionValue(const char* text) : text_(text) {}                  // NOLINT
  OptionValue(std::string_view text) : text_(text) {}             // NOLINT
  OptionValue(bool value) : text_(value ? "true" : "false") {}    // NOLINT
  OptionValue(int value) : text_(std::to_string(value)) {}        // NOLINT
  OptionValue(long value) : text_(std::to_string(value)) {}       // NOLINT
  OptionValue(long long value) : text_(std::to_string(value)) {}  // NOLINT
  OptionValue(double value);                                      // NOLINT: as short as the number allows, "0.1", "2.0"

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Options by name: `{{"header", true}, {"sep", ";"}}`.
using Options = std::map<std::string, OptionValue>;

}  // namespace firesteel::client
