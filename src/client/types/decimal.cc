#include "client/types/decimal.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

#include "base/java_text.h"

namespace firesteel::client {
namespace {

constexpr int kMaxPrecision = 38;

Error NoDecimal(std::string_view text) {
  return Error::Invalid("'" + std::string(text.substr(0, 100)) + "' is no decimal number of at most 38 digits.");
}

}  // namespace

int128_t PowerOfTen(int exponent) {
  int128_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

Result<Decimal> Decimal::parse(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  std::string digits;  // without leading zeros
  bool any = false;
  bool point = false;
  int64_t scale = 0;
  size_t i = 0;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    any = true;
    if (c != '0' || !digits.empty()) digits += c;
    if (point) ++scale;
  }
  if (!any || digits.size() > kMaxPrecision) return NoDecimal(text);
  if (i < rest.size()) {
    std::string_view exponent = rest.substr(i);
    if (exponent[0] != 'e' && exponent[0] != 'E') return NoDecimal(text);
    exponent.remove_prefix(1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    int power = 0;
    const auto [end, error] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
    if (error != std::errc() || end != exponent.data() + exponent.size()) return NoDecimal(text);
    scale -= power;
  }
  if (scale < 0 && !digits.empty()) digits.append(static_cast<size_t>(std::min<int64_t>(-scale, 39)), '0');
  scale = std::max<int64_t>(scale, 0);
  if (digits.size() > kMaxPrecision || scale > kMaxPrecision) return NoDecimal(text);
  int128_t unscaled = 0;
  for (char digit : digits) unscaled = unscaled * 10 + (digit - '0');
  return DecimalOf(negative ? -unscaled : unscaled, static_cast<int>(scale));
}

int Decimal::precision() const {
  int128_t rest = UnscaledOf(*this);
  int digits = 1;
  for (rest /= 10; rest != 0; rest /= 10) ++digits;
  return std::max(digits, scale());
}

double Decimal::to_double() const { return std::strtod(to_string().c_str(), nullptr); }

std::string Decimal::to_string() const { return DecimalPlainText(UnscaledOf(*this), scale()); }

}  // namespace firesteel::client
