#include <algorithm>

#include "functions/binding/binding.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// The digits argument of round and its like: a constant int.
std::optional<int64_t> Digits(const BindRequest& request) {
  if (request.arguments.size() < 2) return 0;
  const ExpressionPtr& digits = request.arguments[1];
  if (!IsFoldable(digits)) {
    ThrowMismatch(
        request, "NON_FOLDABLE_INPUT",
        {{"inputName", "`scale`"}, {"inputType", "\"INT\""}, {"inputExpr", QuotedSql(digits, request.settings)}});
  }
  const Value* value = LiteralValue(digits);
  if (const bound::Call* call = digits->As<bound::Call>(); !value && call && call->function->name == "negative") {
    value = LiteralValue(call->arguments[0]);
    if (value && !value->is_null() && std::holds_alternative<int64_t>(value->data)) return -value->integer();
  }
  if (!value || !std::holds_alternative<int64_t>(value->data)) return std::nullopt;
  return value->integer();
}

ExpressionPtr Number(const BindRequest& request, size_t index) {
  const ExpressionPtr& argument = request.arguments[index];
  TypePattern numeric;
  numeric.kind = TypePattern::Kind::kNumeric;
  std::optional<DataType> type = ImplicitCast(argument->type, numeric, request.settings.ansi);
  if (!type) ThrowUnexpectedInput(request, index, "\"NUMERIC\"");
  return CastTo(argument, *type, request);
}

DataType RoundedType(const DataType& type, int64_t digits) {
  if (!type.Is(TypeKind::kDecimal)) return type;
  int whole = type.precision() - type.scale() + 1;
  int kept = static_cast<int>(std::clamp<int64_t>(digits, -38, 38));
  if (kept < 0) {
    return DataType::Decimal(std::min(std::max(whole, -kept + 1), 38), 0);
  }
  int scale = std::min(type.scale(), kept);
  return DataType::Decimal(std::min(whole + scale, 38), scale);
}

}  // namespace

ExpressionPtr BindRound(const BindRequest& request) {
  if (request.arguments.empty() || request.arguments.size() > 2) ThrowWrongNumArgs(request, "[1, 2]");
  ExpressionPtr number = Number(request, 0);
  std::optional<int64_t> digits = Digits(request);
  ExpressionPtr scale = request.arguments.size() > 1 ? request.arguments[1] : IntLiteral(0);
  if (!scale->type.IsIntegral()) {
    if (!scale->type.IsStringLike() && !scale->type.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, 1, "\"INT\"");
  }
  DataType type = RoundedType(number->type, digits.value_or(0));
  return FinishCall(request, {number, CastTo(scale, DataType::Int(), request)}, type);
}

ExpressionPtr BindCeilFloor(const BindRequest& request) {
  if (request.arguments.empty() || request.arguments.size() > 2) ThrowWrongNumArgs(request, "[1, 2]");
  const ExpressionPtr& argument = request.arguments[0];
  if (request.arguments.size() == 1) {
    DataType from = argument->type;
    if (from.IsStringLike() || from.Is(TypeKind::kFloat) || from.Is(TypeKind::kNull)) from = DataType::Double();
    if (from.IsIntegral() && !from.Is(TypeKind::kLong)) from = DataType::Long();
    if (!from.IsNumeric()) ThrowUnexpectedInput(request, 0, "(\"DOUBLE\" or \"DECIMAL\" or \"BIGINT\")");
    DataType type = DataType::Long();
    if (from.Is(TypeKind::kDecimal)) type = BoundedDecimal(from.precision() - from.scale() + 1, 0);
    return FinishCall(request, {CastTo(argument, from, request)}, type);
  }
  const ExpressionPtr& scale = request.arguments[1];
  if (!IsFoldable(scale) || !scale->type.Is(TypeKind::kInt)) {
    throw QueryError(
        "NON_FOLDABLE_ARGUMENT",
        {{"funcName", QuoteIdentifier(request.called_name)}, {"paramName", "`scale`"}, {"paramType", "\"INT\""}},
        request.origin);
  }
  std::optional<int64_t> digits = Digits(request);
  ExpressionPtr number = Number(request, 0);
  // With digits Spark works in decimals: RoundCeil(Cast(child, decimal)).
  if (number->type.IsIntegral()) number = CastTo(number, DecimalForType(number->type), request);
  if (number->type.Is(TypeKind::kDouble) || number->type.Is(TypeKind::kFloat)) {
    number = CastTo(number, DecimalForType(number->type), request);
  }
  return FinishCall(request, {number, CastTo(request.arguments[1], DataType::Int(), request)},
                    RoundedType(number->type, digits.value_or(0)));
}

/// greatest, least: the widest type; a text never becomes a number for it.
ExpressionPtr BindGreatest(const BindRequest& request) {
  if (request.arguments.size() < 2) ThrowWrongNumArgs(request, "> 1");
  std::vector<DataType> types;
  bool any_text = false;
  bool any_other = false;
  for (const ExpressionPtr& argument : request.arguments) {
    types.push_back(argument->type);
    any_text |= argument->type.IsStringLike();
    any_other |= !argument->type.IsStringLike() && !argument->type.Is(TypeKind::kNull);
  }
  std::optional<DataType> common;
  if (!(any_text && any_other)) common = WiderType(types, request.settings.ansi);
  if (!common) {
    ThrowMismatch(request, "DATA_DIFF_TYPES",
                  {{"functionName", QuoteIdentifier(std::string(request.function.name))},
                   {"dataType", TypesText(request.arguments, "[", ", ", "]")}});
  }
  if (!IsOrderable(*common)) {
    ThrowMismatch(
        request, "INVALID_ORDERING_TYPE",
        {{"functionName", QuoteIdentifier(std::string(request.function.name))}, {"dataType", QuoteType(*common)}});
  }
  std::vector<ExpressionPtr> arguments = request.arguments;
  for (ExpressionPtr& argument : arguments) argument = CastTo(argument, *common, request);
  return FinishCall(request, std::move(arguments), *common);
}

/// nanvl: two floats, else doubles; the result has the first one's type.
ExpressionPtr BindNanvl(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  bool floats = request.arguments[0]->type.Is(TypeKind::kFloat) && request.arguments[1]->type.Is(TypeKind::kFloat);
  DataType type = floats ? DataType::Float() : DataType::Double();
  std::vector<ExpressionPtr> arguments = request.arguments;
  for (size_t i = 0; i < 2; ++i) {
    if (!arguments[i]->type.IsNumeric() && !arguments[i]->type.IsStringLike() &&
        !arguments[i]->type.Is(TypeKind::kNull)) {
      ThrowUnexpectedInput(request, i, "(\"DOUBLE\" or \"FLOAT\")");
    }
    arguments[i] = CastTo(arguments[i], type, request);
  }
  return FinishCall(request, std::move(arguments), type);
}

}  // namespace firesteel::functions
