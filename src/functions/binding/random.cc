#include "functions/binding/random.h"

#include <utility>

#include "functions/binding/binding.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

constexpr const char* kSeedTypes = "(\"INT\" or \"BIGINT\")";

ExpressionPtr AsLong(const ExpressionPtr& seed, const BindRequest& request) {
  return CastTo(seed, DataType::Long(), request);
}

bool IsSeedType(const DataType& type) {
  return type.Is(TypeKind::kInt) || type.Is(TypeKind::kLong) || type.Is(TypeKind::kNull);
}

void CheckFoldable(const BindRequest& request, size_t index, const char* name, const char* type) {
  if (IsFoldable(request.arguments[index])) return;
  ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                {{"inputName", QuoteIdentifier(name)},
                 {"inputType", type},
                 {"inputExpr", QuotedSql(request.arguments[index], request.settings)}});
}

bool IsNumber(const DataType& type) { return type.IsNumeric() || type.Is(TypeKind::kNull); }

/// The type of uniform(min, max): the wider of two integers; else that of the more precise side.
DataType UniformType(const DataType& a, const DataType& b) {
  const auto either = [&](TypeKind kind) { return a.Is(kind) || b.Is(kind); };
  if (either(TypeKind::kNull)) return DataType::Double();
  if (a.IsIntegral() && b.IsIntegral()) {
    for (const DataType& type : {DataType::Long(), DataType::Int(), DataType::Short()}) {
      if (either(type.kind())) return type;
    }
    return DataType::Byte();
  }
  if (either(TypeKind::kDouble)) return DataType::Double();
  if (either(TypeKind::kFloat)) return DataType::Float();
  if (!a.Is(TypeKind::kDecimal)) return b;
  if (!b.Is(TypeKind::kDecimal)) return a;
  // The first where it holds all of the second.
  return a.precision() - a.scale() >= b.precision() - b.scale() && a.scale() >= b.scale() ? a : b;
}

}  // namespace

ExpressionPtr BindRandom(const BindRequest& request) {
  if (request.arguments.size() > 1) ThrowWrongNumArgs(request, "[0, 1]");
  std::vector<ExpressionPtr> arguments;
  if (!request.arguments.empty()) {
    const ExpressionPtr& seed = request.arguments[0];
    if (!IsSeedType(seed->type)) ThrowUnexpectedInput(request, 0, kSeedTypes);
    if (!IsFoldable(seed)) {
      throw QueryError("SEED_EXPRESSION_IS_UNFOLDABLE",
                       {{"seedExpr", QuotedSql(seed, request.settings)}, {"exprWithSeed", QuotedCall(request)}},
                       request.origin);
    }
    arguments.push_back(AsLong(seed, request));
  }
  return FinishCall(request, std::move(arguments), DataType::Double());
}

ExpressionPtr BindUniform(const BindRequest& request) {
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  if (arguments.size() < 2 || arguments.size() > 3) ThrowWrongNumArgs(request, "[2, 3]");
  static constexpr const char* kNames[] = {"min", "max", "seed"};
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i < 2 && !IsNumber(arguments[i]->type)) ThrowUnexpectedInput(request, i, "\"NUMERIC\"");
    const bool is_seed = IsSeedType(arguments[i]->type) || arguments[i]->type.IsIntegral();
    if (i == 2 && !is_seed) ThrowUnexpectedInput(request, i, kSeedTypes);
    CheckFoldable(request, i, kNames[i], "integer or floating-point");
  }
  std::vector<ExpressionPtr> typed = arguments;
  if (typed.size() == 3) typed[2] = AsLong(typed[2], request);
  return FinishCall(request, std::move(typed), UniformType(arguments[0]->type, arguments[1]->type));
}

ExpressionPtr BindRandomText(const BindRequest& request) {
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  if (arguments.empty() || arguments.size() > 2) ThrowWrongNumArgs(request, "[1, 2]");
  const DataType& length = arguments[0]->type;
  if (!length.IsNumeric() && !length.IsStringLike() && !length.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 0, "INT or SMALLINT");
  }
  if (arguments.size() == 2 && !IsSeedType(arguments[1]->type)) ThrowUnexpectedInput(request, 1, kSeedTypes);
  static constexpr const char* kNames[] = {"length", "seed"};
  for (size_t i = 0; i < arguments.size(); ++i) CheckFoldable(request, i, kNames[i], "integer");
  if (const Value* value = LiteralValue(arguments[0]);
      value && !value->is_null() && length.IsIntegral() && value->integer() < 0) {
    ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                  {{"exprName", "`length`"},
                   {"valueRange", "[0, 2147483647]"},
                   {"currentValue", std::to_string(value->integer())}});
  }
  std::vector<ExpressionPtr> typed = {CastTo(arguments[0], DataType::Int(), request)};
  if (arguments.size() == 2) typed.push_back(AsLong(arguments[1], request));
  return FinishCall(request, std::move(typed), DataType::String());
}

void CheckSeedLiteral(const BindRequest& request, size_t index) {
  const ExpressionPtr& seed = request.arguments[index];
  if (seed->type.Is(TypeKind::kNull)) return;
  const bool is_whole = seed->type.Is(TypeKind::kInt) || seed->type.Is(TypeKind::kLong);
  const bound::Call* call = seed->As<bound::Call>();
  const bool is_negative = call && call->function->name == "negative" && LiteralValue(call->arguments[0]);
  const Value* value = LiteralValue(seed);
  if (is_whole && (is_negative || (value && !value->is_null()))) return;
  throw QueryError("INVALID_PARAMETER_VALUE.LONG",
                   {{"functionName", request.function.name == "uuid" ? "`UUID`" : "`shuffle`"},
                    {"parameter", "`seed`"},
                    {"invalidValue", QuotedSql(seed, request.settings)}},
                   request.origin);
}

ExpressionPtr BindUuid(const BindRequest& request) {
  if (request.arguments.size() > 1) ThrowWrongNumArgs(request, "[0, 1]");
  std::vector<ExpressionPtr> arguments;
  // NULL is no seed.
  if (!request.arguments.empty() && !request.arguments[0]->type.Is(TypeKind::kNull)) {
    CheckSeedLiteral(request, 0);
    arguments.push_back(AsLong(request.arguments[0], request));
  }
  return FinishCall(request, std::move(arguments), DataType::String());
}

ExpressionPtr BindDirectPartition(const BindRequest& request) {
  const DataType& type = request.arguments.at(0)->type;
  if (!type.Is(TypeKind::kInt) && !type.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, 0, "\"INT\"");
  return FinishCall(request, {CastTo(request.arguments[0], DataType::Int(), request)}, DataType::Int());
}

}  // namespace firesteel::functions
