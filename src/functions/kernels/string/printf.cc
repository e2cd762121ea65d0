#include <bit>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

#include "base/java_text.h"
#include "base/utf8.h"
#include "functions/kernels/cast/caster.h"
#include "functions/kernels/collection/nested_value.h"
#include "functions/kernels/hash/value_hash.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/case_mapping.h"
#include "functions/kernels/string/decimal_digits.h"
#include "functions/kernels/string/text_format.h"

/// format_string: java.util.Formatter over Spark's values.
namespace firesteel::functions {

namespace {

struct Specifier {
  int index = 0;  ///< n$; 0: the next argument; −1: the one before again
  std::string flags;
  int width = -1;
  int precision = -1;
  char conversion = 0;

  bool Has(char flag) const { return flags.find(flag) != std::string::npos; }
};

std::string Grouped(std::string digits) {
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

/// Digits of a decimal number rounded half up to some places behind the point.
std::string Rounded(const ParsedDecimal& parsed, int places) {
  std::string digits = parsed.digits;
  int64_t point = static_cast<int64_t>(digits.size()) + parsed.exponent;
  if (point < 0) {
    digits.insert(0, static_cast<size_t>(-point), '0');
    point = 0;
  }
  const auto kept = static_cast<size_t>(point + places);
  if (digits.size() > kept) {
    const bool up = digits[kept] >= '5';
    digits.resize(kept);
    if (up && IncrementDigits(digits)) ++point;
  }
  digits.resize(static_cast<size_t>(point + places), '0');
  std::string text = digits.substr(0, static_cast<size_t>(point));
  if (text.empty()) text = "0";
  if (places > 0) text += "." + digits.substr(static_cast<size_t>(point));
  return text;
}

class Formatter {
 public:
  Formatter(const KernelCall& call, std::span<const VectorView> arguments, size_t row)
      : call_(call), arguments_(arguments), row_(row) {}

  /// False when the format and the arguments do not fit.
  bool Run(std::string_view format, std::string& out) {
    for (size_t i = 0; i < format.size();) {
      if (format[i] != '%') {
        out += format[i++];
        continue;
      }
      Specifier specifier;
      if (!Parse(format, ++i, specifier) || !Append(specifier, out)) return false;
    }
    return true;
  }

 private:
  static bool Parse(std::string_view format, size_t& i, Specifier& specifier) {
    const auto digit = [&] { return i < format.size() && format[i] >= '0' && format[i] <= '9'; };
    const auto number = [&] {
      int value = 0;
      while (digit() && value < 100'000'000) value = value * 10 + (format[i++] - '0');
      return value;
    };
    const size_t begin = i;
    if (digit() && format[i] != '0') {
      const int value = number();
      if (i < format.size() && format[i] == '$') {
        specifier.index = value;
        ++i;
      } else {
        i = begin;
      }
    } else if (i < format.size() && format[i] == '<') {
      specifier.index = -1;
      ++i;
    }
    while (i < format.size() && std::string_view("-#+ 0,(").find(format[i]) != std::string_view::npos) {
      specifier.flags += format[i++];
    }
    if (digit()) specifier.width = number();
    if (i < format.size() && format[i] == '.') {
      ++i;
      if (!digit()) return false;
      specifier.precision = number();
    }
    if (i >= format.size()) return false;
    specifier.conversion = format[i++];
    return true;
  }

  void Pad(const Specifier& specifier, std::string text, std::string& out) const {
    const auto width = static_cast<size_t>(std::max(specifier.width, 0));
    const size_t length = Utf8Length(text);
    if (length < width) text.insert(specifier.Has('-') ? text.size() : 0, width - length, ' ');
    out += text;
  }

  bool Append(const Specifier& specifier, std::string& out) {
    if (specifier.conversion == '%') {
      Pad(specifier, "%", out);
      return true;
    }
    if (specifier.conversion == 'n') {
      out += '\n';
      return true;
    }
    size_t index;
    if (specifier.index > 0) {
      index = static_cast<size_t>(specifier.index);
    } else if (specifier.index < 0) {
      index = last_;
    } else {
      index = ++next_;
    }
    if (index == 0 || index >= arguments_.size()) return false;
    last_ = index;
    const bool upper = specifier.conversion >= 'A' && specifier.conversion <= 'Z';
    Specifier lower = specifier;
    if (upper) lower.conversion = static_cast<char>(lower.conversion - 'A' + 'a');
    const std::optional<std::string> text = Value(lower, index);
    if (!text) return false;
    Pad(specifier, upper ? UpperText(*text) : *text, out);
    return true;
  }

  std::optional<std::string> Value(const Specifier& specifier, size_t index) {
    const VectorView& view = arguments_[index];
    const DataType& type = call_.argument_types[index];
    const bool is_null = !view.IsValid(row_);
    const auto cut = [&](std::string text) {
      if (specifier.precision < 0) return text;
      return std::string(Utf8Substring(text, 0, static_cast<size_t>(specifier.precision)));
    };
    switch (specifier.conversion) {
      case 'b':
        return cut(is_null ? "false" : !type.Is(TypeKind::kBoolean) || view.Get<bool>(row_) ? "true" : "false");
      case 'h': {
        if (is_null) return cut("null");
        const std::optional<int32_t> hash = specifier.Has('#') ? std::nullopt : JavaHash(type, view);
        if (!hash) return std::nullopt;
        char text[16];
        std::snprintf(text, sizeof text, "%x", static_cast<uint32_t>(*hash));
        return cut(text);
      }
      case 's':
        return cut(is_null ? "null" : InternalText(type, view, row_));
      case 'c':
        return is_null ? std::optional<std::string>("null") : Character(type, view);
      case 'd':
      case 'o':
      case 'x':
        return is_null ? std::optional<std::string>("null") : Integer(specifier, type, view);
      case 'e':
      case 'f':
      case 'g':
      case 'a':
        return is_null ? cut("null") : Real(specifier, type, view);
      default:
        return std::nullopt;
    }
  }

  std::optional<int64_t> Long(const DataType& type, const VectorView& view) const {
    switch (type.kind()) {
      case TypeKind::kByte:
        return view.Get<int8_t>(row_);
      case TypeKind::kShort:
        return view.Get<int16_t>(row_);
      case TypeKind::kInt:
      case TypeKind::kDate:
      case TypeKind::kYearMonthInterval:
        return view.Get<int32_t>(row_);
      case TypeKind::kLong:
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampNtz:
      case TypeKind::kTime:
      case TypeKind::kDayTimeInterval:
        return view.Get<int64_t>(row_);
      default:
        return std::nullopt;
    }
  }

  /// Object.hashCode of the value as Java has it; nothing for types whose hash is an accident of Spark's classes.
  std::optional<int32_t> JavaHash(const DataType& type, const VectorView& view) const {
    const auto fold = [](uint64_t bits) { return static_cast<int32_t>(bits ^ (bits >> 32)); };
    switch (type.kind()) {
      case TypeKind::kBoolean:
        return view.Get<bool>(row_) ? 1231 : 1237;
      case TypeKind::kFloat: {
        const float value = view.Get<float>(row_);
        return std::isnan(value) ? 0x7fc00000 : std::bit_cast<int32_t>(value);
      }
      case TypeKind::kDouble: {
        const double value = view.Get<double>(row_);
        return fold(std::isnan(value) ? uint64_t{0x7ff8000000000000} : std::bit_cast<uint64_t>(value));
      }
      case TypeKind::kString:
        return TextHash(view.Text(row_));
      default: {
        const std::optional<int64_t> value = Long(type, view);
        if (!value) return std::nullopt;
        return Bits(type) <= 32 ? static_cast<int32_t>(*value) : fold(static_cast<uint64_t>(*value));
      }
    }
  }

  static int Bits(const DataType& type) {
    if (type.Is(TypeKind::kByte)) return 8;
    if (type.Is(TypeKind::kShort)) return 16;
    const bool is_int = type.Is(TypeKind::kInt) || type.Is(TypeKind::kDate) || type.Is(TypeKind::kYearMonthInterval);
    return is_int ? 32 : 64;
  }

  std::optional<std::string> Character(const DataType& type, const VectorView& view) const {
    const std::optional<int64_t> code = Long(type, view);
    if (!code || Bits(type) > 32 || *code < 0 || *code > 0x10FFFF) return std::nullopt;
    std::string text;
    AppendUtf8(text, static_cast<char32_t>(*code));
    return text;
  }

  /// Sign, zeros up to the width, parentheses.
  static std::string Signed(const Specifier& specifier, bool negative, std::string digits) {
    std::string before = negative             ? (specifier.Has('(') ? "(" : "-")
                         : specifier.Has('+') ? "+"
                         : specifier.Has(' ') ? " "
                                              : "";
    const std::string after = negative && specifier.Has('(') ? ")" : "";
    if (specifier.Has('0')) {
      const size_t length = before.size() + digits.size() + after.size();
      const auto width = static_cast<size_t>(std::max(specifier.width, 0));
      if (length < width) digits.insert(0, width - length, '0');
    }
    return before + digits + after;
  }

  std::optional<std::string> Integer(const Specifier& specifier, const DataType& type, const VectorView& view) const {
    const std::optional<int64_t> value = Long(type, view);
    if (!value || specifier.precision >= 0) return std::nullopt;
    if (specifier.conversion == 'd') {
      const bool negative = *value < 0;
      std::string digits = std::to_string(*value);
      if (negative) digits.erase(0, 1);
      if (specifier.Has(',')) digits = Grouped(digits);
      return Signed(specifier, negative, digits);
    }
    auto bits = static_cast<uint64_t>(*value);
    if (Bits(type) < 64) bits &= (uint64_t{1} << Bits(type)) - 1;
    char text[32];
    std::snprintf(text, sizeof text, specifier.conversion == 'o' ? "%lo" : "%lx", static_cast<unsigned long>(bits));
    std::string digits = text;
    const std::string prefix = !specifier.Has('#') ? "" : specifier.conversion == 'o' ? "0" : "0x";
    const auto width = static_cast<size_t>(std::max(specifier.width, 0));
    const size_t length = prefix.size() + digits.size();
    if (specifier.Has('0') && length < width) digits.insert(0, width - length, '0');
    return prefix + digits;
  }

  /// What %.2f and the like make of a double, where its nearest decimal is beyond doubt.
  static std::optional<std::string> PlainFixed(const Specifier& specifier, double value) {
    if (specifier.conversion != 'f' || !specifier.flags.empty() || !std::isfinite(value)) return std::nullopt;
    const int places = specifier.precision < 0 ? 6 : specifier.precision;
    const std::optional<uint64_t> scaled = NearestScaled(std::fabs(value), places);
    if (!scaled) return std::nullopt;
    char text[32];
    char* const end = text + sizeof text;
    char* begin = end;
    uint64_t left = *scaled;
    for (int digits = 0; digits <= places || left != 0; ++digits, left /= 10) {
      if (digits == places && places > 0) *--begin = '.';
      *--begin = static_cast<char>('0' + left % 10);
    }
    if (std::signbit(value)) *--begin = '-';
    return std::string(begin, end);
  }

  std::optional<std::string> Real(const Specifier& specifier, const DataType& type, const VectorView& view) const {
    double value;
    std::string text;
    if (type.Is(TypeKind::kDouble)) {
      value = view.Get<double>(row_);
      if (const std::optional<std::string> plain = PlainFixed(specifier, value)) return plain;
      text = JavaDoubleText(value);
    } else if (type.Is(TypeKind::kFloat)) {
      value = view.Get<float>(row_);
      text = JavaFloatText(view.Get<float>(row_));
    } else {
      return std::nullopt;
    }
    if (std::isnan(value)) return "NaN";
    const bool negative = std::signbit(value);
    if (std::isinf(value)) return Signed({0, specifier.Has('+') ? "+" : "", -1, -1, 'f'}, negative, "Infinity");
    if (specifier.conversion == 'a') return HexText(value);
    const std::optional<ParsedDecimal> parsed = ParseDecimalText(text);
    if (!parsed) return std::nullopt;
    const int precision = specifier.precision < 0 ? 6 : specifier.precision;
    std::string digits;
    if (specifier.conversion == 'f') {
      digits = Rounded(*parsed, precision);
    } else if (specifier.conversion == 'e') {
      digits = Scientific(*parsed, precision);
    } else {
      digits = General(std::fabs(value), *parsed, precision == 0 ? 1 : precision);
    }
    if (specifier.Has(',') && specifier.conversion != 'e') {
      const size_t point = std::min(digits.find('.'), digits.size());
      digits = Grouped(digits.substr(0, point)) + digits.substr(point);
    }
    return Signed(specifier, negative, digits);
  }

  static std::string Scientific(const ParsedDecimal& parsed, int precision) {
    if (parsed.digits.empty()) return Rounded(parsed, precision) + "e+00";
    int64_t exponent = static_cast<int64_t>(parsed.digits.size()) + parsed.exponent - 1;
    ParsedDecimal mantissa = parsed;
    mantissa.exponent = 1 - static_cast<int64_t>(parsed.digits.size());
    std::string digits = Rounded(mantissa, precision);
    if (digits.starts_with("10")) {
      ++exponent;
      mantissa.exponent -= 1;
      digits = Rounded(mantissa, precision);
    }
    const std::string power = std::to_string(std::abs(exponent));
    return digits + (exponent < 0 ? "e-" : "e+") + (power.size() < 2 ? "0" : "") + power;
  }

  static std::string General(double value, const ParsedDecimal& parsed, int precision) {
    if (value == 0) return Rounded(parsed, precision - 1);
    if (value < 1e-4 || value >= std::pow(10.0, precision)) return Scientific(parsed, precision - 1);
    const int64_t whole = static_cast<int64_t>(parsed.digits.size()) + parsed.exponent;
    return Rounded(parsed, static_cast<int>(std::max<int64_t>(precision - whole, 0)));
  }

  /// Double.toHexString.
  static std::string HexText(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%a", value);
    std::string hex = text;
    const size_t power = hex.find('p');
    if (power == std::string::npos) return hex;
    if (hex[power + 1] == '+') hex.erase(power + 1, 1);
    if (hex.find('.') == std::string::npos) hex.insert(power, ".0");
    return hex;
  }

  const KernelCall& call_;
  const std::span<const VectorView> arguments_;
  const size_t row_;
  size_t next_ = 0;
  size_t last_ = 0;
};

void RunFormatString(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    text.clear();
    if (Formatter(context.call(), arguments, row).Run(arguments[0].Text(row), text)) {
      result.SetText(row, text);
      continue;
    }
    result.SetNull(row);
    context.Fail(row, "FAILED_FUNCTION_CALL", {{"funcName", "`" + context.call().function_name + "`"}},
                 ErrorClass::kIllegalArgument);
    if (context.failed()) return;
  }
}

}  // namespace

const Kernel kFormatString{RunFormatString, nullptr, true};

}  // namespace firesteel::functions
