
#include "base/ascii_case.h"
#include "functions/binding/constant.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

struct FieldName {
  std::string_view names;  ///< separated by blanks
  std::string_view row;    ///< the function that gives it
};

constexpr FieldName kDatetimeFields[] = {
    {" year y years yr yrs ", "year"},
    {" yearofweek ", "yearofweek"},
    {" quarter qtr ", "quarter"},
    {" month mon mons months ", "month"},
    {" week w weeks ", "weekofyear"},
    {" day d days ", "dayofmonth"},
    {" dayofweek dow ", "dayofweek"},
    {" dayofweek_iso dow_iso ", "dayofweek_iso"},
    {" doy ", "dayofyear"},
    {" hour h hours hr hrs ", "hour"},
    {" minute m min mins minutes ", "minute"},
    {" second s sec seconds secs ", "second_fraction"},
};
constexpr FieldName kTimeFields[] = {
    {" hour h hours hr hrs ", "hour"},
    {" minute m min mins minutes ", "minute"},
    {" second s sec seconds secs ", "second_fraction"},
};
constexpr FieldName kMonthFields[] = {
    {" year y years yr yrs ", "extract_interval_years"},
    {" month mon mons months ", "extract_interval_months"},
};
constexpr FieldName kDayTimeFields[] = {
    {" day d days ", "extract_interval_days"},
    {" hour h hours hr hrs ", "extract_interval_hours"},
    {" minute m min mins minutes ", "extract_interval_minutes"},
    {" second s sec seconds secs ", "extract_interval_seconds"},
};
constexpr FieldName kCalendarFields[] = {
    {" year y years yr yrs ", "extract_calendar_years"},
    {" month mon mons months ", "extract_calendar_months"},
    {" day d days ", "extract_calendar_days"},
    {" hour h hours hr hrs ", "extract_calendar_hours"},
    {" minute m min mins minutes ", "extract_calendar_minutes"},
    {" second s sec seconds secs ", "extract_calendar_seconds"},
};

std::span<const FieldName> FieldsOf(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kYearMonthInterval:
      return kMonthFields;
    case TypeKind::kDayTimeInterval:
      return kDayTimeFields;
    case TypeKind::kCalendarInterval:
      return kCalendarFields;
    case TypeKind::kTime:
      return kTimeFields;
    default:
      return kDatetimeFields;
  }
}

}  // namespace

/// extract(field FROM source), date_part(field, source): the call of the function that gives the field. The first
/// argument of the bound call is the field's name, the second that call.
ExpressionPtr BindExtract(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  const ExpressionPtr& field = request.arguments[0];
  const ExpressionPtr& source = request.arguments[1];
  const bound::Expression* constant = ConstantLiteral(field);
  const Value* value = constant ? &constant->As<bound::Literal>()->value : nullptr;
  if (!value || !std::holds_alternative<std::string>(value->data)) {
    if (value && value->is_null() && (field->type.IsStringLike() || field->type.Is(TypeKind::kNull))) {
      const ExpressionPtr unknown = bound::MakeLiteral(DataType::Double(), Value{}, request.origin);
      return FinishCall(request, {field, unknown, source}, DataType::Double(), ModeOf(request), true);
    }
    throw QueryError(
        "NON_FOLDABLE_ARGUMENT",
        {{"funcName", QuoteIdentifier(request.called_name)}, {"paramName", "`field`"}, {"paramType", "\"STRING\""}},
        request.origin);
  }
  const std::string name = AsciiLower(value->text());
  const std::span<const FieldName> fields = FieldsOf(source->type);
  for (const FieldName& known : fields) {
    if (known.names.find(" " + name + " ") == std::string_view::npos) continue;
    // An interval has only the fields of its type.
    const auto place = static_cast<IntervalField>(&known - fields.data());
    if (source->type.IsAnsiInterval() && (place < source->type.start_field() || place > source->type.end_field()))
      break;
    ExpressionPtr part = BindOther(request, known.row, {source});
    return FinishCall(request, {field, part}, part->type, ModeOf(request), part->nullable);
  }
  throw QueryError("INVALID_EXTRACT_FIELD",
                   {{"field", QuoteIdentifier(value->text())}, {"expr", QuotedSql(source, request.settings)}},
                   request.origin);
}

/// hour, minute, second: of a TIME by one of Spark's expressions, which may always be null, of all else by another.
ExpressionPtr BindClockField(const BindRequest& request) {
  if (request.arguments.empty()) ThrowWrongNumArgs(request, "> 0", true);
  BindRequest of_one = request;
  of_one.arguments.resize(1);
  const DataType type = of_one.arguments[0]->type;
  TypePattern pattern;
  pattern.kind = TypePattern::Kind::kAnyTimestamp;
  const bool is_time = type.Is(TypeKind::kTime);
  if (!is_time && !ImplicitCast(type, pattern, request.settings.ansi)) {
    ThrowUnexpectedInput(of_one, 0, "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"");
  }
  const ExpressionPtr call = BindBySignature(of_one);
  if (!is_time) return call;
  return FinishCall(of_one, call->As<bound::Call>()->arguments, call->type, ModeOf(request), true);
}

/// Two timestamps, or one and a date or text, meet in the kind of the timestamp; with a session zone when they differ.
ExpressionPtr BindSubtractTimestamps(const BindRequest& request) {
  const ExpressionPtr& end = request.arguments[0];
  const ExpressionPtr& start = request.arguments[1];
  bool has_zone = end->type.Is(TypeKind::kTimestamp) || start->type.Is(TypeKind::kTimestamp);
  DataType type = has_zone ? DataType::Timestamp() : DataType::TimestampNtz();
  std::vector<ExpressionPtr> arguments;
  for (size_t i = 0; i < 2; ++i) {
    const DataType& from = request.arguments[i]->type;
    if ((!from.IsDatetime() || from.Is(TypeKind::kTime)) && !from.IsStringLike() && !from.Is(TypeKind::kNull)) {
      ThrowUnexpectedInput(request, i, std::string(kAnyTimestampText));
    }
    arguments.push_back(CastTo(request.arguments[i], type, request));
  }
  return FinishCall(request, std::move(arguments), DataType::DayTimeInterval());
}

/// interval * number, interval / number: the number as a long, a decimal or a double; calendar intervals take doubles.
ExpressionPtr BindScaleInterval(const BindRequest& request) {
  const ExpressionPtr& interval = request.arguments[0];
  const ExpressionPtr& number = request.arguments[1];
  DataType type = number->type;
  const bool is_calendar = interval->type.Is(TypeKind::kCalendarInterval);
  if (is_calendar) {
    if (!type.IsNumeric() && !type.IsStringLike() && !type.Is(TypeKind::kNull)) {
      ThrowUnexpectedInput(request, 1, "\"DOUBLE\"");
    }
    type = DataType::Double();
  } else if (type.IsStringLike() || type.Is(TypeKind::kFloat)) {
    type = DataType::Double();
  } else if (type.IsIntegral() || type.Is(TypeKind::kNull)) {
    type = DataType::Long();
  }
  if (!type.IsNumeric() || number->type.IsNested()) ThrowUnexpectedInput(request, 1, "\"NUMERIC\"");
  DataType result = interval->type;
  if (result.Is(TypeKind::kYearMonthInterval)) result = DataType::YearMonthInterval();
  if (result.Is(TypeKind::kDayTimeInterval)) result = DataType::DayTimeInterval();
  ExpressionPtr cast = CastTo(number, type, request);
  const bool nullable = interval->nullable || cast->nullable || is_calendar;
  return FinishCall(request, {interval, cast}, result, ModeOf(request), nullable);
}

/// timestampadd(unit, count, timestamp), timestampdiff(unit, timestamp, timestamp): messages do not count the unit.
ExpressionPtr BindTimestampUnits(const BindRequest& request) {
  if (request.arguments.size() != 3) return BindBySignature(request);
  const bool adds = request.function.name == "timestampadd";
  std::vector<ExpressionPtr> arguments = request.arguments;
  for (size_t i = 1; i < 3; ++i) {
    TypePattern pattern;
    pattern.kind = TypePattern::Kind::kExact;
    pattern.type = adds && i == 1 ? DataType::Long() : DataType::Timestamp();
    const DataType& given = arguments[i]->type;
    if (adds && i == 2 && given.Is(TypeKind::kTimestampNtz)) continue;
    if (ImplicitCast(given, pattern, request.settings.ansi)) continue;
    // A time of day is one of today.
    if (i > 1 && given.Is(TypeKind::kTime)) {
      arguments[i] = CastTo(arguments[i], DataType::Timestamp(), request);
      continue;
    }
    ThrowMismatch(
        request, "UNEXPECTED_INPUT_TYPE",
        {{"paramIndex", OrdinalWord(i - 1)},
         {"requiredType", adds && i == 2 ? "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"" : QuoteType(pattern.type)},
         {"inputSql", QuotedSql(arguments[i], request.settings)},
         {"inputType", QuoteType(given)}});
  }
  BindRequest cast = request;
  cast.arguments = std::move(arguments);
  return BindBySignature(cast);
}

}  // namespace firesteel::functions
