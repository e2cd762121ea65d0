#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "base/java_text.h"
#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/cast/caster.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/decimal_digits.h"

namespace firesteel::functions {

namespace {

/// A double's own digits, more of them than decide where it lies beside its text.
ParsedDecimal OwnDigits(double value) {
  char text[160];
  std::snprintf(text, sizeof text, "%.120e", value);
  return *ParseDecimalText(text);
}

/// Whether a double whose text ends in a 5 that is to be rounded lies above its text (1), below (-1) or on it (0).
int BesideText(double value, const std::string& digits) {
  const std::string own = OwnDigits(value).digits;
  std::string text = digits;
  text.resize(std::max(own.size(), text.size()), '0');
  return own.compare(text) > 0 ? 1 : own == text ? 0 : -1;
}

/// "1,234,567.89": DecimalFormat's grouping and half-even rounding over decimal digits. Of a double it looks at the
/// value itself where its text is half way.
std::string Grouped(const ParsedDecimal& parsed, int32_t places, std::optional<double> value = std::nullopt) {
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
    bool up = next > '5' || (next == '5' && (beyond || odd));
    if (next == '5' && !beyond && value) {
      const int beside = BesideText(*value, parsed.digits);
      if (beside != 0) up = beside > 0;
    }
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
  // As in Java, what is rounded to zero keeps its sign.
  return (parsed.negative ? "-" : "") + text;
}

std::optional<std::string> FormatText(const std::string& number, int32_t places,
                                      std::optional<double> value = std::nullopt) {
  if (places < 0) return std::nullopt;
  std::optional<ParsedDecimal> parsed = ParseDecimalText(number);
  if (!parsed) return std::nullopt;
  return Grouped(*parsed, places, value);
}

/// How many digits a pattern of java.text.DecimalFormat with an exponent has at least and at most.
struct ScientificDigits {
  int64_t least_whole;
  int64_t most_whole;
  int64_t least_fraction;
  int64_t most_fraction;
  size_t least_exponent;
};

/// "12.345E3": as many digits as the pattern takes, half even; more whole digits at most than at least make the
/// exponent a multiple of the most.
std::string Scientific(const ParsedDecimal& parsed, const ScientificDigits& pattern) {
  std::string digits = parsed.digits;
  int64_t point = static_cast<int64_t>(digits.size()) + parsed.exponent;
  const auto most = static_cast<size_t>(pattern.most_whole + pattern.most_fraction);
  if (digits.size() > most) {
    const char next = digits[most];
    const bool beyond = digits.find_first_not_of('0', most + 1) != std::string::npos;
    const bool odd = most > 0 && (digits[most - 1] - '0') % 2 == 1;
    digits.resize(most);
    if ((next > '5' || (next == '5' && (beyond || odd))) && IncrementDigits(digits)) ++point;
  }
  digits.erase(digits.find_last_not_of('0') + 1);
  const bool is_zero = digits.empty();
  if (is_zero) point = 0;
  int64_t exponent = point;
  int64_t least_whole = pattern.least_whole;
  if (pattern.most_whole > 1 && pattern.most_whole > least_whole) {
    exponent = (exponent >= 1 ? exponent - 1 : exponent - pattern.most_whole) / pattern.most_whole * pattern.most_whole;
    least_whole = 1;
  } else {
    exponent -= least_whole;
  }
  const int64_t whole = is_zero ? least_whole : point - exponent;
  if (is_zero) exponent = 0;
  const auto total =
      std::max({static_cast<int64_t>(digits.size()), whole, pattern.least_whole + pattern.least_fraction});
  std::string text;
  for (int64_t i = 0; i < total; ++i) {
    if (i == whole) text += '.';
    text += i < static_cast<int64_t>(digits.size()) ? digits[static_cast<size_t>(i)] : '0';
  }
  std::string power = std::to_string(std::abs(exponent));
  if (power.size() < pattern.least_exponent) power.insert(0, pattern.least_exponent - power.size(), '0');
  return text + "E" + (exponent < 0 ? "-" : "") + power;
}

/// A number by a pattern of java.text.DecimalFormat: text around digits, grouping, least and most digits, per cent.
std::optional<std::string> FormatText(const std::string& number, std::string_view pattern,
                                      std::optional<double> value = std::nullopt) {
  std::optional<ParsedDecimal> parsed = ParseDecimalText(number);
  if (!parsed) return std::nullopt;
  if (pattern.empty()) return Grouped(*parsed, 0, value);
  pattern = pattern.substr(0, pattern.find(';'));
  const size_t begin = std::min(pattern.find_first_of("#0,."), pattern.size());
  // An exponent stands behind the digits: what follows E0 is no part of them.
  const size_t power = pattern.find("E0", begin);
  const size_t last = pattern.substr(0, power).find_last_of("#0,.");
  const size_t end = last == std::string_view::npos ? begin : last + 1;
  const std::string_view prefix = pattern.substr(0, begin);
  const std::string_view suffix = pattern.substr(end);
  const std::string_view digits = pattern.substr(begin, end - begin);
  const size_t point = std::min(digits.find('.'), digits.size());
  const std::string_view whole = digits.substr(0, point);
  const std::string_view fraction = point < digits.size() ? digits.substr(point + 1) : std::string_view();
  const auto zeros = [](std::string_view text) { return std::count(text.begin(), text.end(), '0'); };
  const auto least_fraction = static_cast<size_t>(zeros(fraction));
  size_t least_whole = static_cast<size_t>(zeros(whole));
  // Without any 0 a pattern with a point has one before it.
  if (least_whole == 0 && least_fraction == 0 && point < digits.size()) least_whole = 1;
  const size_t comma = whole.rfind(',');
  const size_t group = comma == std::string_view::npos ? 0 : whole.size() - comma - 1;
  if (const size_t exponent = suffix.find_first_not_of('0', 1); suffix.starts_with("E0")) {
    const auto marks = static_cast<int64_t>(std::count(whole.begin(), whole.end(), '#'));
    const ScientificDigits scientific{static_cast<int64_t>(least_whole),
                                      std::max<int64_t>(static_cast<int64_t>(least_whole), marks + zeros(whole)),
                                      static_cast<int64_t>(least_fraction), static_cast<int64_t>(fraction.size()),
                                      std::min(exponent, suffix.size()) - 1};
    return (parsed->negative ? "-" : "") + std::string(prefix) + Scientific(*parsed, scientific) +
           std::string(suffix.substr(std::min(exponent, suffix.size())));
  }
  if (prefix.find('%') != std::string_view::npos || suffix.find('%') != std::string_view::npos) parsed->exponent += 2;

  std::string plain = Grouped(*parsed, static_cast<int32_t>(fraction.size()), value);
  std::erase(plain, ',');
  const bool negative = plain.front() == '-';
  if (negative) plain.erase(0, 1);
  const size_t dot = std::min(plain.find('.'), plain.size());
  std::string before = plain.substr(0, dot);
  std::string behind = dot < plain.size() ? plain.substr(dot + 1) : "";
  while (behind.size() > least_fraction && behind.back() == '0') behind.pop_back();
  if (before == "0" && least_whole == 0 && !behind.empty()) before.clear();
  if (before.size() < least_whole) before.insert(0, least_whole - before.size(), '0');
  std::string text = (negative ? "-" : "") + std::string(prefix);
  for (size_t i = 0; i < before.size(); ++i) {
    if (group > 0 && i > 0 && (before.size() - i) % group == 0) text += ',';
    text += before[i];
  }
  if (!behind.empty()) text += "." + behind;
  return text + std::string(suffix);
}

std::optional<std::string> FormatLongBy(int64_t value, std::string_view pattern) {
  return FormatText(std::to_string(value), pattern);
}
std::optional<std::string> FormatDoubleBy(double value, std::string_view pattern) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "\xE2\x88\x9E" : "-\xE2\x88\x9E";
  return FormatText(JavaDoubleText(value), pattern, value);
}
std::optional<std::string> FormatDecimalBy(Row& row, int128_t value, std::string_view pattern) {
  return FormatText(DecimalPlainText(value, row.call().argument_types[0].scale()), pattern);
}

constexpr int32_t kMostShortPlaces = 18;  // behind the point, of numbers that are written from integers

/// "1,234.50": a whole number and so many digits behind the point, at most kMostShortPlaces.
void WriteGrouped(TextOut& out, bool negative, uint64_t whole, uint64_t fraction, int32_t places) {
  char text[64];
  char* const end = text + sizeof text;
  char* begin = end;
  for (int32_t i = 0; i < places; ++i, fraction /= 10) *--begin = static_cast<char>('0' + fraction % 10);
  if (places > 0) *--begin = '.';
  for (int digits = 1;; ++digits) {
    *--begin = static_cast<char>('0' + whole % 10);
    whole /= 10;
    if (whole == 0) break;
    if (digits % 3 == 0) *--begin = ',';
  }
  if (negative) *--begin = '-';
  out.Set({begin, static_cast<size_t>(end - begin)});
}

void SetText(TextOut& out, const std::optional<std::string>& text) { text ? out.Set(*text) : out.SetNull(); }

void FormatLong(TextOut& out, int64_t value, int32_t places) {
  if (places < 0 || places > kMostShortPlaces) return SetText(out, FormatText(std::to_string(value), places));
  const auto bits = static_cast<uint64_t>(value);
  WriteGrouped(out, value < 0, value < 0 ? 0 - bits : bits, 0, places);
}

void FormatDouble(TextOut& out, double value, int32_t places) {
  if (places < 0) return out.SetNull();
  if (std::isnan(value)) return out.Set("NaN");
  if (std::isinf(value)) return out.Set(value > 0 ? "\xE2\x88\x9E" : "-\xE2\x88\x9E");
  if (const std::optional<uint64_t> scaled = NearestScaled(std::fabs(value), places)) {
    const auto unit = static_cast<uint64_t>(PowerOfTen(places));
    return WriteGrouped(out, std::signbit(value), *scaled / unit, *scaled % unit, places);
  }
  SetText(out, FormatText(JavaDoubleText(value), places, value));
}

/// Half even, as for the others.
void FormatDecimal(Row& row, TextOut& out, int128_t value, int32_t places) {
  const int scale = row.call().argument_types[0].scale();
  const int128_t magnitude = value < 0 ? -value : value;
  if (places < 0 || places > kMostShortPlaces || scale > kMostShortPlaces || magnitude >> 63 != 0) {
    return SetText(out, FormatText(DecimalPlainText(value, scale), places));
  }
  auto number = static_cast<uint64_t>(magnitude);
  if (places < scale) {
    const auto unit = static_cast<uint64_t>(PowerOfTen(scale - places));
    const uint64_t rest = number % unit;
    number /= unit;
    if (rest > unit / 2 || (rest == unit / 2 && number % 2 == 1)) ++number;
  }
  const int kept = std::min(places, scale);
  const auto unit = static_cast<uint64_t>(PowerOfTen(kept));
  WriteGrouped(out, value < 0, number / unit, number % unit * static_cast<uint64_t>(PowerOfTen(places - kept)), places);
}

void RunFormat(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const bool by_pattern = context.call().argument_types[1].IsStringLike();
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kDouble:
      if (by_pattern) return RunRows<FormatDoubleBy>(context, arguments, rows, result);
      return RunRows<FormatDouble>(context, arguments, rows, result);
    case TypeKind::kDecimal:
      if (by_pattern) return RunRows<FormatDecimalBy>(context, arguments, rows, result);
      return RunRows<FormatDecimal>(context, arguments, rows, result);
    default:
      if (by_pattern) return RunRows<FormatLongBy>(context, arguments, rows, result);
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
