// INTERVAL 3 MONTHS 2 DAYS, INTERVAL '1-2' YEAR TO MONTH. (INTERVAL '1 day' is a typed literal.)

#include "sql/literal/interval_text.h"
#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

// The singular of a unit, or null; `in_pair` units take a TO.
const char* UnitName(TokenKind kind) {
  using Kind = TokenKind;
  switch (kind) {
    case Kind::kYear:
    case Kind::kYears:
      return "year";
    case Kind::kMonth:
    case Kind::kMonths:
      return "month";
    case Kind::kWeek:
    case Kind::kWeeks:
      return "week";
    case Kind::kDay:
    case Kind::kDays:
      return "day";
    case Kind::kHour:
    case Kind::kHours:
      return "hour";
    case Kind::kMinute:
    case Kind::kMinutes:
      return "minute";
    case Kind::kSecond:
    case Kind::kSeconds:
      return "second";
    case Kind::kMillisecond:
    case Kind::kMilliseconds:
      return "millisecond";
    case Kind::kMicrosecond:
    case Kind::kMicroseconds:
      return "microsecond";
    case Kind::kNanosecond:
    case Kind::kNanoseconds:
      return "nanosecond";
    default:
      return nullptr;
  }
}

std::optional<IntervalField> DayTimeField(TokenKind kind) {
  switch (kind) {
    case TokenKind::kDay:
      return IntervalField::kDay;
    case TokenKind::kHour:
      return IntervalField::kHour;
    case TokenKind::kMinute:
      return IntervalField::kMinute;
    case TokenKind::kSecond:
      return IntervalField::kSecond;
    default:
      return std::nullopt;
  }
}

bool IsIntervalNumber(TokenKind kind) { return kind == TokenKind::kIntegerValue || kind == TokenKind::kDecimalValue; }

}  // namespace

// INTERVAL, a number or text with an optional sign, a unit.
bool Parser::StartsInterval() const {
  size_t at = 1;
  if (cursor_.Is(Kind::kPlus, at) || cursor_.Is(Kind::kMinus, at)) ++at;
  if (IsIntervalNumber(cursor_.Kind(at))) {
    ++at;
  } else if (IsString(at)) {
    while (IsString(at)) ++at;
  } else {
    return false;
  }
  return UnitName(cursor_.Kind(at)) != nullptr;
}

ExpressionPtr Parser::IntervalLiteral() {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  std::string text;
  bool from_to = false;
  ExpressionPtr pair;
  auto starts_value = [&] {
    const size_t at = cursor_.Is(Kind::kPlus) || cursor_.Is(Kind::kMinus) ? 1 : 0;
    size_t unit = at;
    if (IsIntervalNumber(cursor_.Kind(at))) {
      ++unit;
    } else {
      while (IsString(unit)) ++unit;
    }
    return unit > at && UnitName(cursor_.Kind(unit)) != nullptr;
  };
  while (starts_value()) {
    const size_t value_begin = cursor_.position();
    const bool negative = cursor_.Is(Kind::kMinus);
    if (negative || cursor_.Is(Kind::kPlus)) cursor_.Advance();
    const bool is_string = IsString();
    std::string value;
    if (is_string) {
      value = StringLiteral();
    } else {
      value = std::string(cursor_.TextOf(cursor_.Peek()));
      cursor_.Advance();
    }
    if (negative) value = value.starts_with('-') ? value.substr(1) : "-" + value;
    const Token& unit = cursor_.Peek();
    cursor_.Advance();
    if (cursor_.Is(Kind::kTo) && UnitName(cursor_.Kind(1))) {
      if (from_to || !text.empty()) {
        cursor_.Advance();
        cursor_.Advance();
        cursor_.Fail("_LEGACY_ERROR_TEMP_0024", {}, begin);
      }
      from_to = true;
      if (!is_string) {
        cursor_.Advance();
        cursor_.Advance();
        cursor_.Fail("_LEGACY_ERROR_TEMP_0027", {}, value_begin);
      }
      pair = UnitToUnitInterval(begin, value_begin, value, unit);
      continue;
    }
    if (from_to) cursor_.Fail("_LEGACY_ERROR_TEMP_0024", {}, begin);
    for (char c : value) {
      if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        cursor_.Fail("_LEGACY_ERROR_TEMP_0026", {{"value", value}}, value_begin);
      }
    }
    text += " " + value + " " + std::string(cursor_.TextOf(unit));
  }
  if (IsIntervalNumber(cursor_.Kind())) cursor_.SyntaxErrorAt(cursor_.position() + 1);
  if (pair) return pair;
  IntervalText interval = ReadIntervalText(text);
  if (interval.has_months && interval.has_micros) {
    cursor_.Fail("_LEGACY_ERROR_TEMP_0029", {{"literal", std::string(cursor_.TextBetween(begin, cursor_.position()))}},
                 begin);
  }
  if (interval.has_months) {
    return LiteralValue(DataType::YearMonthInterval(interval.first_year_month, interval.last_year_month),
                        Value{int64_t{interval.value.months}}, begin);
  }
  return LiteralValue(DataType::DayTimeInterval(interval.first_day_time, interval.last_day_time),
                      Value{interval.total_micros}, begin);
}

// The cursor stands at TO.
ExpressionPtr Parser::UnitToUnitInterval(size_t begin, size_t value_begin, const std::string& value,
                                         const Token& from) {
  cursor_.Advance();
  const Token& to = cursor_.Peek();
  cursor_.Advance();
  auto lower = [&](const Token& token) { return std::string(UnitName(token.kind)); };
  if (from.kind == Kind::kYear && to.kind == Kind::kMonth) {
    std::optional<int64_t> months;
    try {
      months = ParseYearMonthText(value);
    } catch (QueryError& error) {
      throw error.AddOrigin(cursor_.OriginFrom(value_begin));
    }
    if (!months) {
      cursor_.Fail("INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING",
                   {{"input", value},
                    {"intervalStr", "year-month"},
                    {"supportedFormat", "`[+|-]y-m`, `INTERVAL [+|-]'[+|-]y-m' YEAR TO MONTH`"},
                    {"typeName", "interval year to month"}},
                   value_begin);
    }
    return LiteralValue(DataType::YearMonthInterval(), Value{*months}, begin);
  }
  std::optional<IntervalField> first = DayTimeField(from.kind);
  std::optional<IntervalField> last = DayTimeField(to.kind);
  if (!first || !last || *last <= *first) {
    cursor_.Fail("INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION",
                 {{"input", value}, {"from", lower(from)}, {"to", lower(to)}}, value_begin);
  }
  std::string range_error;
  std::optional<int64_t> micros = ParseDayTimeText(value, *first, *last, range_error);
  if (!micros) {
    cursor_.Fail("INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE",
                 {{"input", value},
                  {"intervalStr", "day-time"},
                  {"supportedFormat", DayTimeFormats(*first, *last)},
                  {"typeName", "interval " + lower(from) + " to " + lower(to)}},
                 value_begin);
  }
  if (!range_error.empty()) cursor_.Fail("_LEGACY_ERROR_TEMP_0063", {{"msg", range_error}}, value_begin);
  return LiteralValue(DataType::DayTimeInterval(*first, *last), Value{*micros}, begin);
}

// The forms that Spark names when a text has none of them.
std::string Parser::DayTimeFormats(IntervalField first, IntervalField last) {
  static constexpr const char* kForms[] = {"d", "h", "m", "s.n"};
  static constexpr const char* kNames[] = {"DAY", "HOUR", "MINUTE", "SECOND"};
  const int from = static_cast<int>(first);
  const int to = static_cast<int>(last);
  std::string form = "[+|-]";
  for (int i = from; i <= to; ++i) form += std::string(i == from ? "" : i == 1 ? " " : ":") + kForms[i];
  return "`" + form + "`, `INTERVAL [+|-]'" + form + "' " + kNames[from] + " TO " + kNames[to] + "`";
}

}  // namespace firesteel::sql
