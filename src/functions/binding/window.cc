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
  const Value& value = literal->As<bound::Literal>()->value;
  const int64_t number = value.is_null() ? 0 : value.integer();
  if (number > 0) return;
  ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                {{"exprName", name}, {"valueRange", range}, {"currentValue", std::to_string(number) + suffix}});
}

}  // namespace

ExpressionPtr BindOffset(const BindRequest& original) {
  if (original.arguments.empty() || original.arguments.size() > 3) return BindBySignature(original);
  BindRequest request = original;
  std::vector<ExpressionPtr>& arguments = request.arguments;
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
  if (request.arguments.size() == 3) {
    const ExpressionPtr ignores = request.arguments[2];
    const bound::Literal* literal = ignores->As<bound::Literal>();
    if (!literal || !ignores->type.Is(TypeKind::kBoolean) || literal->value.is_null()) {
      throw QueryError("INVALID_PARAMETER_VALUE.BOOLEAN",
                       {{"parameter", "`ignoreNulls`"},
                        {"functionName", "`nth_value`"},
                        {"invalidValue", QuotedSql(ignores, request.settings)}},
                       request.origin);
    }
    request.ignore_nulls = std::get<bool>(literal->value.data);
    request.arguments.pop_back();
  }
  const ExpressionPtr& offset = request.arguments[1];
  if (!IsFoldable(offset)) ThrowNotFoldable(request, "`offset`", QuotedSql(offset, request.settings));
  const bool counts = offset->type.IsIntegral() || offset->type.Is(TypeKind::kNull);
  if (counts) CheckPositive(request, offset, "offset", "(0, 9223372036854775807]", "L");
  return BindBySignature(request);
}

}  // namespace firesteel::functions
