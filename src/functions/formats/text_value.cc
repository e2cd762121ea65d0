#include "functions/formats/text_value.h"

#include <charconv>
#include <string>

#include "functions/kernels/cast/caster.h"

namespace firesteel::functions {

std::optional<int64_t> ParseJavaInteger(std::string_view text, int64_t least, int64_t greatest) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text[0] == '-') return std::nullopt;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > greatest) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> ParseJavaReal(std::string_view text, bool as_float) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  const std::string_view body = text[0] == '+' || text[0] == '-' ? text.substr(1) : text;
  if (body.empty()) return std::nullopt;
  if (!as_float && body.data() == text.data() && body[0] >= '0' && body[0] <= '9' &&
      !(body.size() > 1 && (body[1] == 'x' || body[1] == 'X'))) {
    double value = 0;
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), value);
    if (error == std::errc() && end == body.data() + body.size()) return value;
  }
  // The reader of casts knows more words than Java.
  const bool is_word = (body[0] >= 'A' && body[0] <= 'Z') || (body[0] >= 'a' && body[0] <= 'z');
  if (is_word && body != "NaN" && body != "Infinity") return std::nullopt;
  return ParseJavaDouble(text, as_float);
}

std::optional<int128_t> ParseJavaDecimal(std::string_view text, int precision, int scale, bool drop_commas) {
  std::string without;
  if (drop_commas && text.find(',') != std::string_view::npos) {
    for (const char c : text) {
      if (c != ',') without += c;
    }
    text = without;
  }
  if (text.empty() || TrimAll(text).size() != text.size()) return std::nullopt;
  const std::optional<ParsedDecimal> parsed = ParseDecimalText(text);
  return parsed ? ToDecimal(*parsed, precision, scale) : std::nullopt;
}

std::optional<bool> ParseJavaBoolean(std::string_view text) {
  const auto is = [&](std::string_view word) {
    if (text.size() != word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if ((text[i] | 0x20) != word[i]) return false;
    }
    return true;
  };
  if (is("true")) return true;
  if (is("false")) return false;
  return std::nullopt;
}

}  // namespace firesteel::functions
