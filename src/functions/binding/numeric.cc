#include <algorithm>

#include "functions/binding/binding.h"
#include "functions/binding/constant.h"
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
  BindRequest full = request;
  if (full.arguments.size() == 1) full.arguments.push_back(IntLiteral(0));
  ExpressionPtr number = Number(full, 0);
  std::optional<int64_t> digits = Digits(request);
  const ExpressionPtr& scale = full.arguments[1];
  if (!scale->type.IsNumeric()) {
    if (!scale->type.IsStringLike() && !scale->type.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, 1, "\"INT\"");
  }
  if (!digits) digits = ConstantInteger(scale);
  DataType type = RoundedType(number->type, digits.value_or(0));
  return FinishCall(request, {number, CastTo(scale, DataType::Int(), request)}, type);
}

ExpressionPtr BindCeilFloor(const BindRequest& request) {
  if (request.arguments.empty() || request.arguments.size() > 2) ThrowWrongNumArgs(request, "2");
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
  const bound::Expression* constant = ConstantLiteral(scale);
  const bool is_null = constant && constant->As<bound::Literal>()->value.is_null();
  if (!IsFoldable(scale) || !scale->type.Is(TypeKind::kInt) || is_null) {
    throw QueryError(
        "NON_FOLDABLE_ARGUMENT",
        {{"funcName", QuoteIdentifier(request.called_name)}, {"paramName", "`scale`"}, {"paramType", "\"INT\""}},
        request.origin);
  }
  std::optional<int64_t> digits = Digits(request);
  TypePattern decimal;
  decimal.kind = TypePattern::Kind::kDecimal;
  if (!ImplicitCast(argument->type, decimal, request.settings.ansi)) ThrowUnexpectedInput(request, 0, "\"DECIMAL\"");
  ExpressionPtr number = Number(request, 0);
  if (argument->type.Is(TypeKind::kNull)) number = CastTo(argument, DataType::Decimal(38, 18), request);
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

/// width_bucket: value, least and greatest meet in one of three types.
ExpressionPtr BindWidthBucket(const BindRequest& request) {
  if (request.arguments.size() != 4) return BindBySignature(request);
  std::string texts = "(";
  bool same = true;
  TypeKind first = TypeKind::kNull;
  for (size_t i = 0; i < 3; ++i) {
    const DataType& given = request.arguments[i]->type;
    const bool counts = given.IsNumeric() || given.IsStringLike() || given.Is(TypeKind::kNull);
    if (!counts && !given.IsAnsiInterval()) {
      ThrowUnexpectedInput(request, i, "(\"DOUBLE\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")");
    }
    const DataType type = counts ? DataType::Double() : given;
    if (i == 0) first = type.kind();
    same = same && type.kind() == first;
    texts += (i > 0 ? " or " : "") + QuoteType(type);
  }
  // Untyped NULLs alone beside intervals are doubles, too.
  if (same) return BindBySignature(request);
  ThrowMismatch(request, "DATA_DIFF_TYPES", {{"functionName", "`width_bucket`"}, {"dataType", texts + ")"}});
}

/// hex: numbers of all kinds as whole ones.
ExpressionPtr BindHex(const BindRequest& request) {
  BindRequest whole = request;
  if (whole.arguments.size() == 1 && whole.arguments[0]->type.IsNumeric()) {
    whole.arguments[0] = CastTo(whole.arguments[0], DataType::Long(), request);
  }
  return BindBySignature(whole);
}

}  // namespace firesteel::functions
