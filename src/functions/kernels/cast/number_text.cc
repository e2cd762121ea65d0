#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/cast/caster.h"

/// Numbers in text, as Java's and Spark's parsers take them.
namespace firesteel::functions {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSpaceOrControl(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

size_t SkipDigits(std::string_view text, size_t position) {
  while (position < text.size() && IsDigit(text[position])) ++position;
  return position;
}

/// [digits][.digits][e[sign]digits] with at least one digit before the exponent; the position behind it or npos.
size_t SkipDecimalNumber(std::string_view text, size_t position) {
  size_t whole = SkipDigits(text, position);
  size_t digits = whole - position;
  if (whole < text.size() && text[whole] == '.') {
    size_t fraction = SkipDigits(text, whole + 1);
    digits += fraction - whole - 1;
    whole = fraction;
  }
  if (digits == 0) return std::string_view::npos;
  if (whole < text.size() && (text[whole] == 'e' || text[whole] == 'E')) {
    size_t exponent = whole + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    size_t end = SkipDigits(text, exponent);
    if (end == exponent) return std::string_view::npos;
    return end;
  }
  return whole;
}

/// 0x[hex][.hex]p[sign]digits
size_t SkipHexNumber(std::string_view text, size_t position) {
  position += 2;
  size_t digits = 0;
  while (position < text.size() && IsHexDigit(text[position])) ++position, ++digits;
  if (position < text.size() && text[position] == '.') {
    ++position;
    while (position < text.size() && IsHexDigit(text[position])) ++position, ++digits;
  }
  if (digits == 0 || position >= text.size() || (text[position] != 'p' && text[position] != 'P')) {
    return std::string_view::npos;
  }
  ++position;
  if (position < text.size() && (text[position] == '+' || text[position] == '-')) ++position;
  size_t end = SkipDigits(text, position);
  return end == position ? std::string_view::npos : end;
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == b;
         });
}

}  // namespace

std::string_view TrimAll(std::string_view text) {
  while (!text.empty() && IsSpaceOrControl(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpaceOrControl(text.back())) text.remove_suffix(1);
  return text;
}

namespace {

/// The nearest double or float of a text that is a decimal number as a whole, without a plus sign. Nothing for numbers
/// beyond the type's range, too.
std::optional<double> ReadNumber(std::string_view text, bool as_float) {
  const char* end = text.data() + text.size();
  const auto read = [&](auto value) -> std::optional<double> {
    const std::from_chars_result result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return static_cast<double>(value);
  };
  return as_float ? read(float{0}) : read(double{0});
}

}  // namespace

std::optional<double> ParseJavaDouble(std::string_view raw, bool as_float) {
  std::string_view text = TrimAll(raw);
  if (text.empty()) return std::nullopt;
  if (IsDigit(text[0]) || (text[0] == '-' && text.size() > 1 && IsDigit(text[1]))) {
    if (const std::optional<double> number = ReadNumber(text, as_float)) return number;
  }
  size_t start = text[0] == '+' || text[0] == '-' ? 1 : 0;
  std::string_view body = text.substr(start);
  bool negative = text[0] == '-';
  if (EqualsIgnoringCase(body, "inf") || EqualsIgnoringCase(body, "infinity")) {
    return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  // Java takes a sign before NaN in its own spelling only; Spark's list of special texts has it bare.
  if (body == "NaN" || (start == 0 && EqualsIgnoringCase(body, "nan"))) return std::numeric_limits<double>::quiet_NaN();
  bool is_hex = body.size() > 2 && body[0] == '0' && (body[1] == 'x' || body[1] == 'X');
  size_t end = is_hex ? SkipHexNumber(text, start) : SkipDecimalNumber(text, start);
  if (end == std::string_view::npos) return std::nullopt;
  size_t number_end = end;
  if (end < text.size() && std::string_view("dDfF").find(text[end]) != std::string_view::npos) ++end;
  if (end != text.size()) return std::nullopt;
  std::string number(text.substr(0, number_end));
  return as_float ? static_cast<double>(std::strtof(number.c_str(), nullptr)) : std::strtod(number.c_str(), nullptr);
}

std::optional<ParsedDecimal> ParseDecimalText(std::string_view raw) {
  std::string_view text = TrimAll(raw);
  if (text.empty()) return std::nullopt;
  ParsedDecimal parsed;
  parsed.negative = text[0] == '-';
  if (text[0] == '+' || text[0] == '-') text.remove_prefix(1);
  if (SkipDecimalNumber(text, 0) != text.size()) return std::nullopt;
  size_t i = 0;
  for (; i < text.size() && (IsDigit(text[i]) || text[i] == '.'); ++i) {
    if (text[i] == '.') continue;
    if (!parsed.digits.empty() || text[i] != '0') parsed.digits += text[i];
  }
  size_t point = text.substr(0, i).find('.');
  if (point != std::string_view::npos) parsed.exponent = -static_cast<int64_t>(i - point - 1);
  if (i < text.size()) {
    bool minus = i + 1 < text.size() && text[i + 1] == '-';
    int64_t exponent = 0;
    for (++i; i < text.size(); ++i) {
      if (!IsDigit(text[i])) continue;
      // Java's exponent is an int; beyond that the text is no number.
      exponent = exponent * 10 + (text[i] - '0');
      if (exponent > std::numeric_limits<int32_t>::max()) return std::nullopt;
    }
    parsed.exponent += minus ? -exponent : exponent;
  }
  return parsed;
}

std::optional<uint128_t> MagnitudeAtScale(uint64_t digits, int exponent, int precision, int scale) {
  const int shift = exponent + scale;
  if (precision == 0) return std::nullopt;
  if (digits == 0) return 0;
  if (shift >= 0) {
    if (shift > precision || digits >= PowerOfTen(precision - shift)) return std::nullopt;
    return digits * PowerOfTen(shift);
  }
  constexpr int kMostDigits = 20;  // of 64 bits
  if (shift < -kMostDigits) return 0;
  const uint128_t unit = PowerOfTen(-shift);
  uint128_t units = 0;
  uint128_t rest = digits;
  if (unit <= digits) {
    units = digits / static_cast<uint64_t>(unit);
    rest = digits - units * unit;
  }
  if (rest >= unit - rest) ++units;
  if (units >= PowerOfTen(precision)) return std::nullopt;
  return units;
}

std::optional<int128_t> ToDecimal(const ParsedDecimal& parsed, int precision, int scale) {
  // Keep the digits down to the scale; the first one behind decides the rounding.
  int64_t kept = static_cast<int64_t>(parsed.digits.size()) + parsed.exponent + scale;
  if (precision == 0) return std::nullopt;
  if (parsed.digits.empty() || kept < 0) return int128_t{0};
  if (kept > 39) return std::nullopt;
  uint128_t value = 0;
  for (int64_t i = 0; i < kept; ++i) {
    auto position = static_cast<size_t>(i);
    // Before the step: 128 bits hold 38 digits, not 39.
    if (value >= PowerOfTen(37)) return std::nullopt;
    value = value * 10 + (position < parsed.digits.size() ? parsed.digits[position] - '0' : 0);
  }
  auto next = static_cast<size_t>(kept);
  if (next < parsed.digits.size() && parsed.digits[next] >= '5') ++value;
  if (value >= PowerOfTen(precision)) return std::nullopt;
  return parsed.negative ? -static_cast<int128_t>(value) : static_cast<int128_t>(value);
}

std::string PlainText(const ParsedDecimal& parsed) {
  std::string digits = parsed.digits.empty() ? "0" : parsed.digits;
  if (parsed.exponent > 1000 || parsed.exponent < -1000) {
    return (parsed.negative ? "-" : "") + digits + "E" + std::to_string(parsed.exponent);
  }
  if (parsed.exponent >= 0) {
    digits.append(static_cast<size_t>(parsed.exponent), '0');
  } else {
    auto scale = static_cast<size_t>(-parsed.exponent);
    if (digits.size() <= scale) digits.insert(0, scale - digits.size() + 1, '0');
    digits.insert(digits.size() - scale, ".");
  }
  return (parsed.negative ? "-" : "") + digits;
}

}  // namespace firesteel::functions
