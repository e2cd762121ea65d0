// Constants: numbers with Spark's suffixes, strings with escapes, typed literals, parameters.

#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

#include "base/hex_text.h"
#include "sql/literal/decimal.h"
#include "sql/literal/interval_text.h"
#include "sql/literal/string.h"
#include "sql/parser/parser.h"
#include "types/datetime_text.h"
#include "types/quoting.h"
#include "types/time_zone.h"

namespace firesteel::sql {
namespace {

std::string UpperCase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return upper;
}

bool IsNumberKind(TokenKind kind) { return kind >= TokenKind::kBigIntLiteral && kind <= TokenKind::kBigDecimalLiteral; }

// A Java double or float of a decimal text.
double ToDouble(const std::string& text) {
  double value = 0;
  const char* begin = text.data() + (text[0] == '-' ? 1 : 0);
  auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    // Too small or too large: the exponent's sign, or the size of the digits before the point, tells.
    const size_t exponent = text.find_first_of("eE");
    const bool tiny = exponent != std::string::npos ? text.find('-', exponent) != std::string::npos
                                                    : text.find_first_of("123456789") > text.find('.');
    value = tiny ? 0 : std::numeric_limits<double>::infinity();
  }
  return text[0] == '-' ? -value : value;
}

int64_t NowMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

bool Parser::IsNumber(size_t ahead) const { return IsNumberKind(cursor_.Kind(ahead)); }

ExpressionPtr Parser::Constant() {
  const size_t begin = cursor_.position();
  switch (cursor_.Kind()) {
    case Kind::kNull:
      cursor_.Advance();
      return LiteralValue(DataType::Null(), Value{}, begin);
    case Kind::kTrue:
    case Kind::kFalse: {
      const bool value = cursor_.Is(Kind::kTrue);
      cursor_.Advance();
      return LiteralValue(DataType::Boolean(), Value{value}, begin);
    }
    default: {
      std::string value = StringLiteral();
      return StringValue(std::move(value), begin);
    }
  }
}

// One or more adjacent strings make one.
std::string Parser::StringLiteral() {
  if (!IsString()) cursor_.SyntaxError();
  std::string value;
  while (IsString()) {
    value += StringTokenValue(cursor_.Peek());
    cursor_.Advance();
  }
  return value;
}

std::string Parser::StringTokenValue(const Token& token) const {
  return UnescapeSqlString(cursor_.TextOf(token), options_.escaped_string_literals);
}

ExpressionPtr Parser::NumberLiteral() {
  const size_t begin = cursor_.position();
  std::string text = cursor_.Accept(Kind::kMinus) ? "-" : "";
  const Kind kind = cursor_.Kind();
  text += cursor_.TextOf(cursor_.Peek());
  cursor_.Advance();
  auto drop_suffix = [&](size_t length) { text.resize(text.size() - length); };
  auto out_of_range = [&](const char* minimum, const char* maximum, const char* type) {
    cursor_.Fail("INVALID_NUMERIC_LITERAL_RANGE",
                 {{"rawStrippedQualifier", text}, {"minValue", minimum}, {"maxValue", maximum}, {"typeName", type}},
                 begin);
  };
  auto integral = [&](int64_t minimum, int64_t maximum, const char* name, DataType type) {
    drop_suffix(1);
    int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < minimum || value > maximum) {
      out_of_range(std::to_string(minimum).c_str(), std::to_string(maximum).c_str(), name);
    }
    return LiteralValue(std::move(type), Value{value}, begin);
  };
  auto decimal = [&] {
    DecimalText parsed = ParseDecimalText(text);
    if (parsed.precision > 38) {
      throw QueryError("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
                       {{"precision", std::to_string(parsed.precision)}, {"maxPrecision", "38"}}, nullptr,
                       ErrorClass::kArithmetic);
    }
    return LiteralValue(DataType::Decimal(parsed.precision, parsed.scale), Value{parsed.unscaled}, begin);
  };
  switch (kind) {
    case Kind::kTinyIntLiteral:
      return integral(-128, 127, "tinyint", DataType::Byte());
    case Kind::kSmallIntLiteral:
      return integral(-32768, 32767, "smallint", DataType::Short());
    case Kind::kBigIntLiteral:
      return integral(std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), "bigint",
                      DataType::Long());
    case Kind::kIntegerValue: {
      int64_t value = 0;
      auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc()) return decimal();
      const bool is_int = value >= std::numeric_limits<int32_t>::min() && value <= std::numeric_limits<int32_t>::max();
      return LiteralValue(is_int ? DataType::Int() : DataType::Long(), Value{value}, begin);
    }
    case Kind::kDecimalValue:
      return decimal();
    case Kind::kBigDecimalLiteral: {
      drop_suffix(2);
      DecimalText parsed = ParseDecimalText(text);
      if (parsed.precision > 38) {
        cursor_.Fail("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
                     {{"precision", std::to_string(parsed.precision)}, {"maxPrecision", "38"}}, begin);
      }
      return LiteralValue(DataType::Decimal(parsed.precision, parsed.scale), Value{parsed.unscaled}, begin);
    }
    case Kind::kFloatLiteral: {
      drop_suffix(1);
      const double value = ToDouble(text);
      const float narrow = static_cast<float>(value);
      if (std::abs(value) > double{std::numeric_limits<float>::max()})
        out_of_range("-3.4028234663852886E+38", "3.4028234663852886E+38", "float");
      return LiteralValue(DataType::Float(), Value{static_cast<double>(narrow)}, begin);
    }
    case Kind::kExponentValue:
      if (options_.exponent_literal_as_decimal) return decimal();
      break;
    default:
      drop_suffix(1);
      break;
  }
  const double value = ToDouble(text);
  if (std::isinf(value)) out_of_range("-1.7976931348623157E+308", "1.7976931348623157E+308", "double");
  return LiteralValue(DataType::Double(), Value{value}, begin);
}

// DATE '…', TIMESTAMP '…', TIME '…', INTERVAL '…', X'…'.
ExpressionPtr Parser::TypedLiteral() {
  const size_t begin = cursor_.position();
  const Kind kind = cursor_.Kind();
  const std::string type_name = UpperCase(IdentifierText(cursor_.Peek()));
  cursor_.Advance();
  const Token& token = cursor_.Peek();
  const std::string text = StringTokenValue(token);
  cursor_.Advance();
  auto invalid = [&]() {
    cursor_.Fail("INVALID_TYPED_LITERAL", {{"valueType", DoubleQuoted(type_name)}, {"value", "'" + text + "'"}}, begin);
  };
  auto zone = [&] {
    TimeZonePtr found = TimeZone::Find(options_.session_time_zone);
    return found ? found : TimeZone::Utc();
  };
  auto value = [&](DataType type, std::optional<int64_t> special, auto parse) {
    if (!special) special = parse();
    if (!special) invalid();
    return LiteralValue(std::move(type), Value{*special}, begin);
  };
  // More than 6 digits of a second make a timestamp of nanoseconds, where the session has these types.
  const int digits = options_.timestamp_nanos ? FractionDigits(text) : 0;
  auto nanos = [&](bool local, std::optional<int128_t> parsed) {
    if (!parsed) invalid();
    if (digits > 9) {
      cursor_.Fail("INVALID_TIMESTAMP_LITERAL_PRECISION", {{"value", "'" + text + "'"}}, begin);
    }
    return LiteralValue(local ? DataType::TimestampNanos(digits) : DataType::TimestampNtzNanos(digits), Value{*parsed},
                        begin);
  };
  auto timestamp_ntz = [&] {
    if (digits > 6) return nanos(false, ParseTimestampNtzNanos(text, 9));
    return value(DataType::TimestampNtz(), SpecialTimestampNtz(text, *zone(), NowMicros()),
                 [&] { return ParseTimestampNtz(text); });
  };
  switch (kind) {
    case Kind::kDate:
      return value(DataType::Date(), SpecialDate(text, *zone(), NowMicros()), [&] { return ParseDate(text); });
    case Kind::kTime:
      return value(DataType::Time(6), std::nullopt, [&] { return ParseTime(text); });
    case Kind::kTimestampNtz:
      return timestamp_ntz();
    case Kind::kTimestamp:
      // With spark.sql.timestampType = TIMESTAMP_NTZ a text without a zone makes one of that type.
      if (options_.timestamp_ntz_default && !TimestampTextHasZone(text)) return timestamp_ntz();
      [[fallthrough]];
    case Kind::kTimestampLtz:
      if (digits > 6) return nanos(true, ParseTimestampNanos(text, 9, *zone(), NowMicros()));
      return value(DataType::Timestamp(), SpecialTimestamp(text, *zone(), NowMicros()),
                   [&] { return ParseTimestamp(text, *zone(), NowMicros()); });
    case Kind::kInterval: {
      std::optional<IntervalText> interval = ParseIntervalText(text);
      if (!interval) invalid();
      if (interval->has_months && interval->has_micros) {
        cursor_.Fail("_LEGACY_ERROR_TEMP_0029",
                     {{"literal", std::string(cursor_.TextBetween(begin, cursor_.position()))}}, begin);
      }
      if (interval->has_months) {
        return LiteralValue(DataType::YearMonthInterval(interval->first_year_month, interval->last_year_month),
                            Value{int64_t{interval->value.months}}, begin);
      }
      return LiteralValue(DataType::DayTimeInterval(interval->first_day_time, interval->last_day_time),
                          Value{interval->total_micros}, begin);
    }
    case Kind::kHexPrefix: {
      std::optional<std::string> bytes = FromHex(text);
      if (!bytes) invalid();
      return LiteralValue(DataType::Binary(), Value{BinaryValue{std::move(*bytes)}}, begin);
    }
    default:
      cursor_.Fail("UNSUPPORTED_TYPED_LITERAL",
                   {{"unsupportedType", DoubleQuoted(type_name)},
                    {"supportedTypes",
                     "\"DATE\", \"TIMESTAMP_NTZ\", \"TIMESTAMP_LTZ\", \"TIMESTAMP\", \"INTERVAL\", \"X\", \"TIME\""}},
                   begin);
  }
}

// `?` and `:name`.
ExpressionPtr Parser::Parameter() {
  const size_t begin = cursor_.position();
  plan::ParameterMarker marker;
  if (cursor_.Accept(Kind::kQuestion)) {
    marker.position = next_position_++;
  } else {
    cursor_.Advance();
    if (!IsIdentifier()) cursor_.SyntaxError();
    marker.name = Identifier();
  }
  // The value stands where the marker stood, also where no expression may be (IDENTIFIER(:table)).
  if (options_.bind_parameter) return options_.bind_parameter(marker, cursor_.OriginFrom(begin));
  return MakeExpression(std::move(marker), begin);
}

int32_t Parser::IntegerNumber() {
  if (!cursor_.Is(Kind::kIntegerValue)) cursor_.SyntaxError();
  std::string_view text = cursor_.TextOf(cursor_.Peek());
  int32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) {
    // As Java's Integer.parseInt.
    throw QueryError("_LEGACY_ERROR_TEMP_0060", {{"msg", "For input string: \"" + std::string(text) + "\""}},
                     cursor_.OriginBetween(cursor_.position(), cursor_.position() + 1), ErrorClass::kParse);
  }
  cursor_.Advance();
  return value;
}

}  // namespace firesteel::sql
