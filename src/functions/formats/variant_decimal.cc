#include "functions/formats/variant_decimal.h"

#include <algorithm>
#include <string>

#include "functions/kernels/cast/caster.h"

namespace firesteel::functions {
namespace {

constexpr int64_t kMostDigits = 38;

}  // namespace

bool AppendDecimalText(std::string_view text, VariantBuilder& builder) {
  std::string without;
  if (text.find(',') != std::string_view::npos) {
    without = text;
    std::erase(without, ',');
    text = without;
  }
  if (text.empty() || TrimAll(text).size() != text.size()) return false;
  const std::optional<ParsedDecimal> parsed = ParseDecimalText(text);
  if (!parsed) return false;
  const int64_t scale = std::max<int64_t>(0, -parsed->exponent);
  const int64_t zeros = parsed->digits.empty() ? 0 : std::max<int64_t>(0, parsed->exponent);
  if (scale > kMostDigits || parsed->exponent > kMostDigits ||
      static_cast<int64_t>(parsed->digits.size()) + zeros > kMostDigits) {
    return false;
  }
  int128_t unscaled = 0;
  for (const char digit : parsed->digits) unscaled = unscaled * 10 + (digit - '0');
  for (int64_t i = 0; i < zeros; ++i) unscaled *= 10;
  builder.AppendDecimal(parsed->negative ? -unscaled : unscaled, static_cast<int>(scale));
  return true;
}

}  // namespace firesteel::functions
