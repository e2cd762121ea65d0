#include <optional>

#include "functions/binding/constant.h"
#include "functions/binding/text.h"
#include "types/quoting.h"
#include "types/time_zone.h"

/// TIME and timestamps: zones, parts, buckets.
namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// Midnight of 1970-01-01 on the session's clock.
ExpressionPtr LocalEpoch(const bound::SessionSettings& settings) {
  const TimeZonePtr zone = TimeZone::Find(settings.time_zone);
  const int64_t micros = (zone ? zone : TimeZone::Utc())->ToInstantMicros(0);
  return bound::MakeLiteral(DataType::Timestamp(), Value{micros});
}

}  // namespace

ExpressionPtr BindConvertTimezone(const BindRequest& original) {
  BindRequest request = original;
  const size_t count = request.arguments.size();
  if (count != 2 && count != 3) ThrowWrongNumArgs(request, "[2, 3]");
  if (count == 2) {
    request.arguments.insert(request.arguments.begin(), BindOther(request, "current_timezone", {}));
  }
  for (size_t i = 0; i < 2; ++i) {
    if (request.arguments[i]->type.IsNested()) ThrowUnexpectedInput(request, i, "\"STRING\"");
  }
  const DataType& type = request.arguments[2]->type;
  const bool taken =
      type.IsStringLike() || type.Is(TypeKind::kNull) || (type.IsDatetime() && !type.Is(TypeKind::kTime));
  if (!taken) ThrowUnexpectedInput(request, 2, "\"TIMESTAMP_NTZ\"");
  return FinishCall(request,
                    {CastTo(request.arguments[0], DataType::String(), request),
                     CastTo(request.arguments[1], DataType::String(), request),
                     CastTo(request.arguments[2], DataType::TimestampNtz(), request)},
                    DataType::TimestampNtz());
}

/// (year, month, day, hour, minute, second [, zone]), (date, time [, zone]), and for some (date).
ExpressionPtr BindMakeTimestamp(const BindRequest& request) {
  const std::string_view name = request.function.name;
  const bool is_ntz = name.ends_with("_ntz");
  const bool is_ltz = name.ends_with("_ltz");
  const size_t count = request.arguments.size();
  const bool of_fields = count == 6 || (count == 7 && !is_ntz);
  const bool of_date = count == 2 || (count == 3 && !is_ntz) || (count == 1 && !is_ntz && !is_ltz);
  if (!of_fields && !of_date) {
    const bool of_parts = is_ntz || is_ltz;
    if (of_parts && name.starts_with("try_")) ThrowWrongNumArgs(request, "6");
    ThrowWrongNumArgs(request, of_parts ? "[2, 6]" : "[1, 2, 3, 6, 7]");
  }
  std::vector<ExpressionPtr> arguments = request.arguments;
  const auto cast = [&](size_t i, const DataType& type) {
    TypePattern pattern;
    pattern.kind = TypePattern::Kind::kExact;
    pattern.type = type;
    const std::optional<DataType> target = ImplicitCast(arguments[i]->type, pattern, request.settings.ansi);
    if (!target) ThrowUnexpectedInput(request, i, QuoteType(type));
    arguments[i] = CastTo(arguments[i], *target, request);
  };
  if (of_fields) {
    for (size_t i = 0; i < 5; ++i) cast(i, DataType::Int());
    cast(5, DataType::Decimal(16, 6));
    if (count == 7) cast(6, DataType::String());
  } else {
    const DataType& date = arguments[0]->type;
    if (!date.Is(TypeKind::kDate) && !date.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, 0, "\"DATE\"");
    cast(0, DataType::Date());
    if (count > 1) {
      const DataType& time = arguments[1]->type;
      if (time.Is(TypeKind::kNull)) {
        cast(1, DataType::Time());
      } else if (!time.Is(TypeKind::kTime)) {
        ThrowUnexpectedInput(request, 1, "\"TIME\"");
      }
    }
    if (count > 2) cast(2, DataType::String());
  }
  const EvalMode mode = ModeOf(request);
  bool nullable = of_fields ? mode != EvalMode::kAnsi : is_ntz;
  for (const ExpressionPtr& argument : arguments) nullable = nullable || argument->nullable;
  return FinishCall(request, std::move(arguments), is_ntz ? DataType::TimestampNtz() : DataType::Timestamp(), mode,
                    nullable);
}

/// current_time([precision]): the argument stays for the name, its value is in the type.
ExpressionPtr BindCurrentTime(const BindRequest& request) {
  if (request.arguments.size() > 1) ThrowWrongNumArgs(request, "[0, 1]");
  ExpressionPtr precision =
      request.arguments.empty() ? IntLiteral(6) : CastTo(request.arguments[0], DataType::Int(), request);
  if (!IsFoldable(precision)) {
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", "`precision`"},
                   {"inputType", "\"INT\""},
                   {"inputExpr", QuotedSql(precision, request.settings)}});
  }
  const std::optional<int64_t> digits = ConstantInteger(precision);
  const bound::Expression* literal = ConstantLiteral(precision);
  if (literal && literal->As<bound::Literal>()->value.is_null()) {
    ThrowMismatch(request, "UNEXPECTED_NULL", {{"exprName", "precision"}});
  }
  if (!digits) ThrowUnsupported("current_time with a precision that is not a literal", request.origin);
  if (*digits < 0 || *digits > 9) {
    ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                  {{"exprName", "`precision`"}, {"valueRange", "[0, 9]"}, {"currentValue", std::to_string(*digits)}});
  }
  return FinishCall(request, {precision}, DataType::Time(static_cast<int>(*digits)), ModeOf(request), false);
}

/// current_timestamp, now and localtimestamp ([precision]): 6 digits of a second, or 7 to 9 of a timestamp of
/// nanoseconds. The precision does not show in the name.
ExpressionPtr BindCurrentTimestamp(const BindRequest& request) {
  if (request.arguments.size() > 1) ThrowWrongNumArgs(request, "[0, 1]");
  const bool local = request.function.name == "localtimestamp";
  int64_t digits = 6;
  if (!request.arguments.empty()) {
    const ExpressionPtr& precision = request.arguments[0];
    const std::string name = QuoteIdentifier(request.called_name);
    if (!precision->type.IsIntegral()) {
      throw QueryError("UNEXPECTED_INPUT_TYPE",
                       {{"functionName", name},
                        {"paramIndex", "first"},
                        {"requiredType", "\"INT\""},
                        {"inputSql", QuotedSql(precision, request.settings)},
                        {"inputType", QuoteType(precision->type)}},
                       request.origin);
    }
    if (!IsFoldable(precision)) {
      throw QueryError("NON_FOLDABLE_ARGUMENT",
                       {{"funcName", name}, {"paramName", "`precision`"}, {"paramType", "\"INT\""}}, request.origin);
    }
    if (const bound::Expression* literal = ConstantLiteral(precision);
        literal && literal->As<bound::Literal>()->value.is_null()) {
      throw QueryError("DATATYPE_MISMATCH.UNEXPECTED_NULL",
                       {{"sqlExpr", QuotedSql(precision, request.settings)}, {"exprName", "`precision`"}},
                       request.origin);
    }
    const std::optional<int64_t> constant = ConstantInteger(precision);
    if (!constant) ThrowUnsupported("a precision that is neither a literal nor a sum of literals", request.origin);
    digits = *constant;
  }
  if (digits != 6 && (digits < 7 || digits > 9)) {
    throw QueryError("INVALID_TIMESTAMP_PRECISION",
                     {{"precision", std::to_string(digits)}, {"type", local ? "TIMESTAMP_NTZ" : "TIMESTAMP_LTZ"}},
                     nullptr, ErrorClass::kSpark);
  }
  if (digits > 6 && !request.settings.timestamp_nanos) {
    throw QueryError("FEATURE_NOT_ENABLED",
                     {{"featureName", "Nanosecond-precision timestamp types"},
                      {"configKey", "spark.sql.timestampNanosTypes.enabled"},
                      {"configValue", "true"}},
                     nullptr, ErrorClass::kSpark);
  }
  DataType type = local ? DataType::TimestampNtz() : DataType::Timestamp();
  if (digits > 6) {
    const int precision = static_cast<int>(digits);
    type = local ? DataType::TimestampNtzNanos(precision) : DataType::TimestampNanos(precision);
  }
  return FinishCall(request, {}, type, ModeOf(request), false);
}

/// timestamp_nanos(count): the count as a decimal.
ExpressionPtr BindTimestampOfNanos(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  ExpressionPtr count = request.arguments[0];
  const DataType& type = count->type;
  if (!type.IsIntegral() && !type.Is(TypeKind::kDecimal) && !type.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 0, "(\"INTEGRAL\" or \"DECIMAL\")");
  }
  if (!type.Is(TypeKind::kDecimal)) count = CastTo(count, DataType::Decimal(20, 0), request);
  const bool nullable = count->nullable;
  return FinishCall(request, {std::move(count)}, DataType::TimestampNanos(9), ModeOf(request), nullable);
}

/// date_trunc(unit, timestamp): a timestamp of nanoseconds stays one of its own type.
ExpressionPtr BindDateTrunc(const BindRequest& request) {
  const bool of_nanos = request.arguments.size() == 2 && request.arguments[1]->type.IsTimestampOfNanos();
  TypePattern timestamp;
  timestamp.kind = TypePattern::Kind::kExact;
  timestamp.type = DataType::Timestamp();
  if (request.arguments.size() == 2 && !of_nanos &&
      !ImplicitCast(request.arguments[1]->type, timestamp, request.settings.ansi)) {
    ThrowUnexpectedInput(request, 1, "(\"TIMESTAMP\" or \"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")");
  }
  const ExpressionPtr call = BindBySignature(request);
  return of_nanos ? CastTo(call, request.arguments[1]->type, request) : call;
}

ExpressionPtr BindTimeFrom(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const ExpressionPtr& value = request.arguments[0];
  const bool seconds = request.function.name == "time_from_seconds";
  const DataType& type = value->type;
  const bool taken = type.Is(TypeKind::kNull) || (seconds ? type.IsNumeric() : type.IsIntegral());
  if (!taken) ThrowUnexpectedInput(request, 0, seconds ? "\"NUMERIC\"" : "\"INTEGRAL\"");
  DataType target = DataType::Long();
  if (type.Is(TypeKind::kDecimal)) target = type;
  if (type.Is(TypeKind::kDouble) || type.Is(TypeKind::kFloat)) target = DataType::Double();
  return FinishCall(request, {CastTo(value, target, request)}, DataType::Time(), ModeOf(request), true);
}

ExpressionPtr BindOfTime(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const DataType& type = request.arguments[0]->type;
  if (!type.Is(TypeKind::kTime) && !type.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, 0, "\"TIME\"");
  return BindBySignature(request);
}

/// time_bucket(interval, timestamp [, origin]): the origin is 1970 when it is missing.
ExpressionPtr BindTimeBucket(const BindRequest& original) {
  BindRequest request = original;
  const size_t count = request.arguments.size();
  if (count != 2 && count != 3) ThrowWrongNumArgs(request, "[2, 3]");
  const bool is_untold = count == 3 && request.arguments[1]->type.Is(TypeKind::kNull);
  const bool is_ntz = request.arguments[is_untold ? 2 : 1]->type.Is(TypeKind::kTimestampNtz);
  const DataType type = is_ntz ? DataType::TimestampNtz() : DataType::Timestamp();
  if (count == 2) {
    const ExpressionPtr epoch = bound::MakeLiteral(DataType::TimestampNtz(), Value{int64_t{0}});
    request.arguments.push_back(is_ntz ? epoch : LocalEpoch(request.settings));
  }
  if (request.arguments[0]->type.Is(TypeKind::kNull)) {
    request.arguments[0] = CastTo(request.arguments[0], DataType::DayTimeInterval(), request);
  }
  const ExpressionPtr interval = request.arguments[0];
  if (!interval->type.IsAnsiInterval()) {
    ThrowUnexpectedInput(request, 0, "(\"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\")");
  }
  for (size_t i = 1; i < 3; ++i) {
    ExpressionPtr& argument = request.arguments[i];
    if (argument->type.Is(TypeKind::kNull) || argument->type.IsStringLike()) {
      argument = CastTo(argument, type, request);
    } else if (!argument->type.Is(TypeKind::kTimestamp) && !argument->type.Is(TypeKind::kTimestampNtz)) {
      ThrowUnexpectedInput(request, i, "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"");
    }
  }
  if (!IsFoldable(interval)) {
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", "`bucketSize`"},
                   {"inputType", QuoteType(interval->type)},
                   {"inputExpr", QuotedSql(interval, request.settings)}});
  }
  if (const std::optional<int64_t> length = ConstantInteger(interval); length && *length <= 0) {
    ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                  {{"exprName", "`bucketSize`"},
                   {"valueRange", "(0, inf)"},
                   {"currentValue", MessageSql(*interval, request.settings)}});
  }
  const ExpressionPtr& origin = request.arguments[2];
  if (!IsFoldable(origin)) {
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", "`origin`"},
                   {"inputType", QuoteType(origin->type)},
                   {"inputExpr", QuotedSql(origin, request.settings)}});
  }
  if (origin->type != type) ThrowUnexpectedInput(request, 2, QuoteType(type));
  return FinishCall(request, request.arguments, type);
}

}  // namespace firesteel::functions
