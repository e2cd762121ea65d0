#include "base/size_text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace firesteel {
namespace {

constexpr std::string_view kPrefixes = "kmgtp";

bool IsSpace(char c) { return c == ' ' || c == '\t'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<int64_t> ParseByteSize(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  long double number = 0;
  long double place = 1;
  bool digits = false;
  bool fraction = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (IsDigit(text[i])) {
      digits = true;
      if (fraction) {
        place /= 10;
        number += place * (text[i] - '0');
      } else {
        number = number * 10 + (text[i] - '0');
      }
    } else if (text[i] == '.' && !fraction) {
      fraction = true;
    } else {
      break;
    }
  }
  if (!digits) return std::nullopt;
  while (i < text.size() && IsSpace(text[i])) ++i;
  std::string unit;
  for (; i < text.size(); ++i)
    unit += static_cast<char>(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
  if (!unit.empty() && unit != "b") {
    const size_t power = kPrefixes.find(unit[0]);
    if (power == std::string_view::npos) return std::nullopt;
    const std::string_view rest = std::string_view(unit).substr(1);
    if (!rest.empty() && rest != "b" && rest != "ib") return std::nullopt;
    number *= std::pow(1024.0L, static_cast<long double>(power + 1));
  }
  if (number >= 9223372036854775808.0L) return std::nullopt;
  return static_cast<int64_t>(number);
}

std::string ByteSizeText(int64_t bytes) {
  constexpr std::array<const char*, 6> kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  double number = static_cast<double>(bytes);
  size_t unit = 0;
  while (std::fabs(number) >= 1024 && unit + 1 < kUnits.size()) {
    number /= 1024;
    ++unit;
  }
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", number, kUnits[unit]);
  return text.data();
}

}  // namespace firesteel
