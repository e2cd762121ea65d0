#include "functions/binding/constant.h"
#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

[[noreturn]] void ThrowNotFoldable(const BindRequest& request, const char* name, const std::string& input) {
  ThrowMismatch(request, "NON_FOLDABLE_INPUT", {{"inputName", name}, {"inputType", "\"INT\""}, {"inputExpr", input}});
}

void CheckPositive(const BindRequest& request, const ExpressionPtr& argument, const char* name, const char* range,
                   const char* suffix) {
  const bound::Expression* literal = ConstantLiteral(argument);
  if (!literal) return;
  // NULL counts as 0.
  const bool is_null = literal->As<bound::Literal>()->value.is_null();
  const std::optional<int64_t> constant = is_null ? 0 : ConstantInteger(argument);
  if (!constant || *constant > 0) return;
  const int64_t number = *constant;
  ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                {{"exprName", name}, {"valueRange", range}, {"currentValue", std::to_string(number) + suffix}});
}

/// Takes the last argument, a literal that says whether NULLs are skipped, into the request.
void TakeIgnoreNulls(BindRequest& request) {
  const ExpressionPtr ignores = request.arguments.back();
  const bound::Literal* literal = ignores->As<bound::Literal>();
  if (!literal || !ignores->type.Is(TypeKind::kBoolean) || literal->value.is_null()) {
    throw QueryError("INVALID_PARAMETER_VALUE.BOOLEAN",
                     {{"parameter", "`ignoreNulls`"},
                      {"functionName", QuoteIdentifier(request.function.name)},
                      {"invalidValue", QuotedSql(ignores, request.settings)}},
                     request.origin);
  }
  request.ignore_nulls = std::get<bool>(literal->value.data);
  request.arguments.pop_back();
}

/// What lag does first: it negates its offset, which fails for the least number of a type.
void CheckNegation(const BindRequest& request, const ExpressionPtr& offset) {
  const DataType& type = offset->type;
  if (!type.IsNumeric() && !type.IsAnsiInterval() && !type.Is(TypeKind::kCalendarInterval) &&
      !type.Is(TypeKind::kNull)) {
    throw QueryError("FAILED_FUNCTION_CALL", {{"funcName", "`lag`"}}, request.origin);
  }
  const std::optional<int64_t> value = type.IsIntegral() ? ConstantInteger(offset) : std::nullopt;
  if (!value || !request.settings.ansi) return;
  if (type.Is(TypeKind::kLong) && (*value > INT32_MAX || *value < INT32_MIN)) {
    throw QueryError("CAST_OVERFLOW",
                     {{"value", std::to_string(*value) + "L"},
                      {"sourceType", "\"BIGINT\""},
                      {"targetType", "\"INT\""},
                      {"ansiConfig", "\"spark.sql.ansi.enabled\""}},
                     nullptr, ErrorClass::kArithmetic);
  }
  const int bits = type.Is(TypeKind::kByte) ? 8 : type.Is(TypeKind::kShort) ? 16 : 32;
  if (*value == -(int64_t{1} << (bits - 1))) {
    throw QueryError("ARITHMETIC_OVERFLOW",
                     {{"message", "overflow"}, {"alternative", ""}, {"config", "\"spark.sql.ansi.enabled\""}}, nullptr,
                     ErrorClass::kArithmetic);
  }
}

}  // namespace

ExpressionPtr BindOffset(const BindRequest& original) {
  if (original.arguments.size() > 4) ThrowWrongNumArgs(original, "[0, 1, 2, 3, 4]");
  BindRequest request = original;
  std::vector<ExpressionPtr>& arguments = request.arguments;
  if (arguments.size() == 4) TakeIgnoreNulls(request);
  if (arguments.empty()) arguments.push_back(bound::MakeLiteral(DataType::Null(), Value{}));
  if (arguments.size() > 1 && request.function.name == "lag" && IsFoldable(arguments[1])) {
    CheckNegation(request, arguments[1]);
  }
  const bool has_offset = arguments.size() > 1;
  if (!has_offset) arguments.push_back(IntLiteral(1));
  const DataType type = arguments[0]->type;
  if (arguments.size() < 3) arguments.push_back(bound::MakeLiteral(DataType::Null(), Value{}));
  const DataType& offset = arguments[1]->type;
  const bool has_default = !arguments[2]->type.Is(TypeKind::kNull);
  // A frame of anything but whole rows: Spark's words for it.
  if (offset.Is(TypeKind::kNull)) {
    throw QueryError("_LEGACY_ERROR_TEMP_1035", {{"prettyName", std::string(request.function.name)}}, nullptr);
  }
  if (has_default) {
    TypePattern pattern;
    pattern.kind = TypePattern::Kind::kExact;
    pattern.type = type;
    if (!SameTypeIgnoringNullability(arguments[2]->type, type) &&
        !ImplicitCast(arguments[2]->type, pattern, request.settings.ansi)) {
      ThrowUnexpectedInput(request, 2, "(" + QuoteType(type) + " or \"VOID\")");
    }
  }
  if (!IsFoldable(arguments[1])) {
    std::string input = QuotedSql(arguments[1], request.settings);
    if (request.function.name == "lag") input.insert(1, "(- ").insert(input.size() - 1, ")");
    ThrowNotFoldable(request, "`offset`", input);
  }
  if (!offset.Is(TypeKind::kInt)) {
    TypePattern whole;
    whole.kind = TypePattern::Kind::kExact;
    whole.type = DataType::Int();
    if (!ImplicitCast(offset, whole, request.settings.ansi)) ThrowUnexpectedInput(request, 1, "\"INT\"");
    throw QueryError("_LEGACY_ERROR_TEMP_1035", {{"prettyName", std::string(request.function.name)}}, nullptr);
  }
  arguments[1] = CastTo(arguments[1], DataType::Int(), request);
  arguments[2] =
      has_default ? CastTo(arguments[2], type, request) : bound::MakeLiteral(type, Value{}, arguments[2]->origin);
  return FinishCall(request, arguments, type);
}

ExpressionPtr BindCounterDiff(const BindRequest& original) {
  BindRequest request = original;
  std::vector<ExpressionPtr>& arguments = request.arguments;
  if (arguments.empty()) {
    throw QueryError("REQUIRED_PARAMETER_NOT_FOUND",
                     {{"routineName", "`counter_diff`"}, {"parameterName", "`value`"}, {"index", "0"}}, request.origin);
  }
  if (arguments.size() > 2) ThrowWrongNumArgs(request, "[1, 2]");
  if (arguments[0]->type.Is(TypeKind::kNull)) arguments[0] = CastTo(arguments[0], DataType::Double(), request);
  if (!arguments[0]->type.IsNumeric()) ThrowUnexpectedInput(request, 0, "\"NUMERIC\"");
  if (arguments.size() > 1) {
    const DataType& start = arguments[1]->type;
    if (start.Is(TypeKind::kNull)) arguments[1] = CastTo(arguments[1], DataType::Timestamp(), request);
    if (!arguments[1]->type.Is(TypeKind::kTimestamp) && !arguments[1]->type.Is(TypeKind::kTimestampNtz)) {
      ThrowUnexpectedInput(request, 1, "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\")");
    }
  }
  const DataType type = arguments[0]->type;
  return FinishCall(request, arguments, type, ModeOf(request), true);
}

ExpressionPtr BindNtile(const BindRequest& request) {
  if (request.arguments.size() == 1) {
    const ExpressionPtr& buckets = request.arguments[0];
    if (!IsFoldable(buckets)) ThrowNotFoldable(request, "`buckets`", QuotedSql(buckets, request.settings));
    if (!buckets->type.Is(TypeKind::kInt)) ThrowUnexpectedInput(request, 0, "\"INT\"");
    CheckPositive(request, buckets, "buckets", "(0, 2147483647]", "");
  }
  return BindBySignature(request);
}

/// nth_value(value, n [, whether NULLs are skipped]).
ExpressionPtr BindNthValue(const BindRequest& original) {
  if (original.arguments.size() != 2 && original.arguments.size() != 3) ThrowWrongNumArgs(original, "[2, 3]");
  BindRequest request = original;
  if (request.arguments.size() == 3) TakeIgnoreNulls(request);
  const ExpressionPtr& offset = request.arguments[1];
  if (!IsFoldable(offset)) ThrowNotFoldable(request, "`offset`", QuotedSql(offset, request.settings));
  const bool counts = offset->type.IsIntegral() || offset->type.Is(TypeKind::kNull);
  if (counts) CheckPositive(request, offset, "offset", "(0, 9223372036854775807]", "L");
  return BindBySignature(request);
}

}  // namespace firesteel::functions
