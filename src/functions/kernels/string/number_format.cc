#include <cmath>
#include <string>

#include "base/java_text.h"
#include "functions/kernels/cast/caster.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/decimal_digits.h"

namespace firesteel::functions {

namespace {

/// "1,234,567.89": DecimalFormat's grouping and half-even rounding over decimal digits.
std::string Grouped(const ParsedDecimal& parsed, int32_t places) {
  // Digits as they stand without a point, so that `point` of them lie before it.
  std::string digits = parsed.digits;
  int64_t point = static_cast<int64_t>(digits.size()) + parsed.exponent;
  if (point < 0) {
    digits.insert(0, static_cast<size_t>(-point), '0');
    point = 0;
  }
  if (static_cast<int64_t>(digits.size()) < point) digits.append(static_cast<size_t>(point) - digits.size(), '0');
  auto kept = static_cast<size_t>(point + places);
  if (digits.size() > kept) {
    char next = digits[kept];
    bool beyond = digits.find_first_not_of('0', kept + 1) != std::string::npos;
    bool odd = kept > 0 && (digits[kept - 1] - '0') % 2 == 1;
    const bool up = next > '5' || (next == '5' && (beyond || odd));
    digits.resize(kept);
    if (up && IncrementDigits(digits)) ++point;
  }
  digits.resize(static_cast<size_t>(point + places), '0');
  std::string whole = digits.substr(0, static_cast<size_t>(point));
  if (whole.empty()) whole = "0";
  std::string text;
  for (size_t i = 0; i < whole.size(); ++i) {
    if (i > 0 && (whole.size() - i) % 3 == 0) text += ',';
    text += whole[i];
  }
  if (places > 0) text += "." + digits.substr(static_cast<size_t>(point));
  bool is_zero = text.find_first_not_of("0,.") == std::string::npos;
  return (parsed.negative && !is_zero ? "-" : "") + text;
}

std::optional<std::string> FormatText(const std::string& number, int32_t places) {
  if (places < 0) return std::nullopt;
  std::optional<ParsedDecimal> parsed = ParseDecimalText(number);
  if (!parsed) return std::nullopt;
  return Grouped(*parsed, places);
}

std::optional<std::string> FormatLong(int64_t value, int32_t places) {
  return FormatText(std::to_string(value), places);
}
std::optional<std::string> FormatDouble(double value, int32_t places) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "\xE2\x88\x9E" : "-\xE2\x88\x9E";
  return FormatText(JavaDoubleText(value), places);
}
std::optional<std::string> FormatDecimal(Row& row, int128_t value, int32_t places) {
  return FormatText(DecimalPlainText(value, row.call().argument_types[0].scale()), places);
}

void RunFormat(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kDouble:
      return RunRows<FormatDouble>(context, arguments, rows, result);
    case TypeKind::kDecimal:
      return RunRows<FormatDecimal>(context, arguments, rows, result);
    default:
      return RunRows<FormatLong>(context, arguments, rows, result);
  }
}

/// elt(n, a, b, …): the n-th text or binary.
void RunElt(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  auto count = static_cast<int32_t>(arguments.size()) - 1;
  for (size_t row = 0; row < rows; ++row) {
    int32_t index = arguments[0].IsValid(row) ? arguments[0].Get<int32_t>(row) : 0;
    bool in_range = index >= 1 && index <= count;
    if (in_range && arguments[static_cast<size_t>(index)].IsValid(row)) {
      result.SetText(row, arguments[static_cast<size_t>(index)].Text(row));
      continue;
    }
    result.SetNull(row);
    if (in_range || !arguments[0].IsValid(row) || context.call().mode != EvalMode::kAnsi) continue;
    context.Fail(row, "INVALID_ARRAY_INDEX",
                 {{"indexValue", std::to_string(index)}, {"arraySize", std::to_string(count)}},
                 ErrorClass::kArrayIndex);
    return;
  }
}

}  // namespace

const Kernel kFormatNumber{RunFormat, nullptr, false};
const Kernel kElt{RunElt, nullptr, true};

}  // namespace firesteel::functions
