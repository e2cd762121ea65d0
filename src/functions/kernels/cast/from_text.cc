#include <limits>

#include "base/ascii_case.h"
#include "functions/kernels/cast/caster.h"
#include "types/datetime_text.h"
#include "types/interval_text.h"
#include "types/type_text.h"

namespace firesteel::functions {

namespace {

/// UTF8String.toLongExact and its like: a sign and digits. With ANSI off a fraction may follow and is dropped.
std::optional<int128_t> ParseInteger(std::string_view raw, bool allow_fraction) {
  std::string_view text = TrimAll(raw);
  bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  constexpr size_t kSafeDigits = 18;  // of 64 bits
  int64_t begin = 0;
  size_t i = 0;
  for (; i < text.size() && i < kSafeDigits && text[i] >= '0' && text[i] <= '9'; ++i) {
    begin = begin * 10 + (text[i] - '0');
  }
  if (i == text.size()) return negative ? -begin : begin;
  int128_t value = begin;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    value = value * 10 + (text[i] - '0');
    if (value > static_cast<int128_t>(std::numeric_limits<int64_t>::max()) + 1) return std::nullopt;
  }
  if (i < text.size()) {
    if (!allow_fraction || text[i] != '.') return std::nullopt;
    for (++i; i < text.size(); ++i) {
      if (text[i] < '0' || text[i] > '9') return std::nullopt;
    }
  }
  return negative ? -value : value;
}

template <class To>
std::optional<To> TextToInteger(CastState& state, std::string_view text) {
  std::optional<int128_t> value = ParseInteger(text, state.legacy());
  if (value && *value >= std::numeric_limits<To>::min() && *value <= std::numeric_limits<To>::max()) {
    return static_cast<To>(*value);
  }
  return state.Invalid(text, ErrorClass::kNumberFormat);
}

template <class To>
std::optional<To> TextToFloating(CastState& state, std::string_view text) {
  if (std::optional<double> value = ParseJavaDouble(text, sizeof(To) == 4)) return static_cast<To>(*value);
  return state.Invalid(text, ErrorClass::kNumberFormat);
}

/// A sign, at most 18 digits and a point among them: what most texts of decimals are. Nothing for all others.
std::optional<int128_t> ShortDecimal(std::string_view text, int precision, int scale) {
  constexpr size_t kMostBytes = 20;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > kMostBytes - 1 || text[0] == '.') return std::nullopt;
  uint64_t digits = 0;
  size_t point = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned>(text[i] - '0');
    if (digit < 10) {
      digits = digits * 10 + digit;
    } else if (text[i] == '.' && point == text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  const size_t places = point == text.size() ? 0 : text.size() - point - 1;
  const std::optional<uint128_t> units = MagnitudeAtScale(digits, -static_cast<int>(places), precision, scale);
  if (!units) return std::nullopt;
  return negative ? -static_cast<int128_t>(*units) : static_cast<int128_t>(*units);
}

std::optional<int128_t> TextToDecimal(CastState& state, std::string_view text) {
  if (const std::optional<int128_t> value = ShortDecimal(text, state.to->precision(), state.to->scale())) return value;
  std::optional<ParsedDecimal> parsed = ParseDecimalText(text);
  if (!parsed) return state.Invalid(text, ErrorClass::kNumberFormat);
  // Digits before the point: more than any decimal has, whatever the type.
  if (static_cast<int64_t>(parsed->digits.size()) + parsed->exponent > 38) {
    return state.Fail("NUMERIC_OUT_OF_SUPPORTED_RANGE", {{"value", std::string(text)}}, ErrorClass::kArithmetic, false);
  }
  std::optional<int128_t> value = ToDecimal(*parsed, state.to->precision(), state.to->scale());
  if (value) return value;
  return state.DecimalRange(PlainText(*parsed));
}

std::optional<bool> TextToBoolean(CastState& state, std::string_view text) {
  const std::string lower = AsciiLower(TrimAll(text));
  for (std::string_view word : {"t", "true", "y", "yes", "1"}) {
    if (lower == word) return true;
  }
  for (std::string_view word : {"f", "false", "n", "no", "0"}) {
    if (lower == word) return false;
  }
  return state.Invalid(text, ErrorClass::kRuntime);
}

std::optional<std::string_view> TextToText(CastState&, std::string_view text) { return text; }

/// "today" and the like are special in constants only.
bool IsConstant(const CastState& state) {
  return state.call().constants.size() == 1 && state.call().constants[0].has_value();
}

std::optional<int32_t> TextToDate(CastState& state, std::string_view text) {
  if (std::optional<int64_t> days = ParseDate(text)) return static_cast<int32_t>(*days);
  if (IsConstant(state)) {
    if (std::optional<int64_t> days = SpecialDate(text, state.zone(), state.now_micros())) {
      return static_cast<int32_t>(*days);
    }
  }
  return state.Invalid(text, ErrorClass::kDateTime);
}

std::optional<int64_t> TextToTimestamp(CastState& state, std::string_view text) {
  if (std::optional<int64_t> micros = ParseTimestamp(text, state.zone(), state.now_micros())) return micros;
  if (IsConstant(state)) {
    if (std::optional<int64_t> micros = SpecialTimestamp(text, state.zone(), state.now_micros())) return micros;
  }
  return state.Invalid(text, ErrorClass::kDateTime);
}

std::optional<int64_t> TextToTimestampNtz(CastState& state, std::string_view text) {
  if (std::optional<int64_t> micros = ParseTimestampNtz(text, true)) return micros;
  if (IsConstant(state)) {
    if (std::optional<int64_t> micros = SpecialTimestampNtz(text, state.zone(), state.now_micros())) return micros;
  }
  return state.Invalid(text, ErrorClass::kDateTime);
}

std::optional<int64_t> TextToTime(CastState& state, std::string_view text) {
  if (std::optional<int64_t> nanos = ParseTime(text)) return nanos;
  return state.Invalid(text, ErrorClass::kDateTime);
}

/// The text form of an interval type: y-m, d h:m:s.n and their pieces.
std::string IntervalForm(const DataType& type) {
  if (type.Is(TypeKind::kYearMonthInterval)) {
    if (type.start_field() != type.end_field()) return "y-m";
    return type.start_field() == IntervalField::kYear ? "y" : "m";
  }
  static constexpr std::string_view kFields[] = {"d", "h", "m", "s.n"};
  static constexpr std::string_view kSeparators[] = {"", " ", ":", ":"};
  std::string form;
  for (int field = static_cast<int>(type.start_field()); field <= static_cast<int>(type.end_field()); ++field) {
    if (!form.empty()) form += kSeparators[field];
    form += kFields[field];
  }
  return form;
}

/// An error without ANSI, too.
std::nullopt_t InvalidInterval(CastState& state, std::string_view text) {
  bool is_months = state.to->Is(TypeKind::kYearMonthInterval);
  std::string form = IntervalForm(*state.to);
  std::string name = SqlTypeName(*state.to);
  std::string fields = name.substr(name.find(' ') + 1);
  name = AsciiLower(name);
  return state.FailAlways(
      is_months ? "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING"
                : "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE",
      {{"input", std::string(text)},
       {"intervalStr", is_months ? "year-month" : "day-time"},
       {"typeName", name},
       {"supportedFormat", "`[+|-]" + form + "`, `INTERVAL [+|-]'[+|-]" + form + "' " + fields + "`"}},
      ErrorClass::kIllegalArgument);
}

std::optional<int32_t> TextToMonths(CastState& state, std::string_view text) {
  std::optional<int64_t> months = ParseYearMonthInterval(text, state.to->start_field(), state.to->end_field());
  if (months) return static_cast<int32_t>(*months);
  return InvalidInterval(state, text);
}

std::optional<int64_t> TextToDayTime(CastState& state, std::string_view text) {
  std::optional<int64_t> micros = ParseDayTimeInterval(text, state.to->start_field(), state.to->end_field());
  if (micros) return micros;
  return InvalidInterval(state, text);
}

std::optional<CalendarIntervalValue> TextToCalendar(CastState& state, std::string_view text) {
  std::optional<CalendarIntervalValue> value = ParseCalendarInterval(text);
  if (value) return value;
  return state.Invalid(text, ErrorClass::kIllegalArgument);
}

/// CHAR(n) and VARCHAR(n) in an expression are plain text to Spark: lengths are checked when a table is written.
std::optional<std::string_view> TextToLimited(CastState&, std::string_view text) { return text; }

}  // namespace

CasterPtr MakeTextCaster(const DataType& from, const DataType& to) {
  if (!from.IsStringLike()) return nullptr;
  switch (to.kind()) {
    case TypeKind::kByte:
      return MakeScalarCaster<TextToInteger<int8_t>>(from, to);
    case TypeKind::kShort:
      return MakeScalarCaster<TextToInteger<int16_t>>(from, to);
    case TypeKind::kInt:
      return MakeScalarCaster<TextToInteger<int32_t>>(from, to);
    case TypeKind::kLong:
      return MakeScalarCaster<TextToInteger<int64_t>>(from, to);
    case TypeKind::kFloat:
      return MakeScalarCaster<TextToFloating<float>>(from, to);
    case TypeKind::kDouble:
      return MakeScalarCaster<TextToFloating<double>>(from, to);
    case TypeKind::kDecimal:
      return MakeScalarCaster<TextToDecimal>(from, to);
    case TypeKind::kBoolean:
      return MakeScalarCaster<TextToBoolean>(from, to);
    case TypeKind::kBinary:
    case TypeKind::kString:  // below a nested type of which another part changes
      return MakeScalarCaster<TextToText>(from, to);
    case TypeKind::kDate:
      return MakeScalarCaster<TextToDate>(from, to);
    case TypeKind::kTimestamp:
      return MakeScalarCaster<TextToTimestamp>(from, to);
    case TypeKind::kTimestampNtz:
      return MakeScalarCaster<TextToTimestampNtz>(from, to);
    case TypeKind::kTime:
      return MakeScalarCaster<TextToTime>(from, to);
    case TypeKind::kYearMonthInterval:
      return MakeScalarCaster<TextToMonths>(from, to);
    case TypeKind::kDayTimeInterval:
      return MakeScalarCaster<TextToDayTime>(from, to);
    case TypeKind::kCalendarInterval:
      return MakeScalarCaster<TextToCalendar>(from, to);
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return MakeScalarCaster<TextToLimited>(from, to);
    default:
      return nullptr;
  }
}

}  // namespace firesteel::functions
