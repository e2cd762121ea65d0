#include "functions/binding/pandas.h"

#include <utility>
#include <vector>

#include "types/coercion.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

[[noreturn]] void ThrowFailedPreparing(const BindRequest& request) {
  throw QueryError("FAILED_FUNCTION_CALL", {{"funcName", QuoteIdentifier(request.called_name)}}, request.origin);
}

/// The literal that the call needs in a place: Spark's planner reads it before there are types.
const Value& LiteralAt(const BindRequest& request, size_t index) {
  const Value* value = index < request.arguments.size() ? LiteralValue(request.arguments[index]) : nullptr;
  if (!value || value->is_null()) ThrowFailedPreparing(request);
  return *value;
}

}  // namespace

/// Numbers and texts become doubles, nothing else does.
ExpressionPtr BindPandasMoment(const BindRequest& original) {
  CheckArgumentCount(original);
  BindRequest request = original;
  if (request.function.name == "pandas_var") request.called_name = "pandas_variance";
  const size_t values = request.function.name == "pandas_covar" ? 2 : 1;
  for (size_t i = 0; i < values; ++i) {
    const DataType& type = request.arguments[i]->type;
    if (type.IsNumeric() || type.IsStringLike() || type.Is(TypeKind::kNull)) continue;
    ThrowUnexpectedInput(request, i, "\"DOUBLE\"");
  }
  return BindBySignature(request);
}

/// Whole numbers are multiplied as such. Spark fails for FLOAT and DECIMAL with a ClassCastException, for its product
/// is a double: here it is one.
ExpressionPtr BindPandasProduct(const BindRequest& original) {
  CheckArgumentCount(original);
  LiteralAt(original, 1);
  BindRequest request = original;
  ExpressionPtr& value = request.arguments[0];
  if (!value->type.IsNumeric() && !value->type.IsStringLike() && !value->type.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 0, "\"NUMERIC\"");
  }
  value = CastTo(value, value->type.IsIntegral() ? DataType::Long() : DataType::Double(), request);
  const DataType type = value->type;
  return FinishCall(request, request.arguments, type);
}

ExpressionPtr BindPandasMode(const BindRequest& request) {
  CheckArgumentCount(request);
  const bool drops = std::get<bool>(LiteralAt(request, 1).data);
  return FinishCall(request, request.arguments, DataType::Array(request.arguments[0]->type, !drops));
}

ExpressionPtr BindCollectTop(const BindRequest& request) {
  CheckArgumentCount(request);
  LiteralAt(request, 2);
  if (LiteralAt(request, 1).integer() <= 0) ThrowFailedPreparing(request);
  return FinishCall(request, request.arguments, DataType::Array(request.arguments[0]->type, false));
}

ExpressionPtr BindWeightedMean(const BindRequest& original) {
  CheckArgumentCount(original);
  LiteralAt(original, 2);
  BindRequest request = original;
  request.arguments[1] = CastTo(request.arguments[1], DataType::Double(), request);
  const Value& alpha = LiteralAt(original, 1);
  const auto* factor = std::get_if<double>(&alpha.data);
  if (!factor || !(*factor > 0 && *factor <= 1)) ThrowFailedPreparing(request);
  return FinishCall(request, request.arguments, DataType::Double());
}

ExpressionPtr BindSecondsOfClock(const BindRequest& request) {
  CheckArgumentCount(request);
  const DataType& type = request.arguments[0]->type;
  if (!type.Is(TypeKind::kTimestampNtz) && !type.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 0, "\"TIMESTAMP_NTZ\"");
  }
  return BindBySignature(request);
}

ExpressionPtr BindBinarySearch(const BindRequest& request) {
  CheckArgumentCount(request);
  if (!request.arguments[0]->type.Is(TypeKind::kArray)) ThrowUnexpectedInput(request, 0, "\"ARRAY\"");
  const DataType& element = request.arguments[0]->type.element_type();
  const DataType& value = request.arguments[1]->type;
  if (element.IsStringLike() != value.IsStringLike() && !value.Is(TypeKind::kNull)) {
    ThrowMismatch(request, "ARRAY_FUNCTION_DIFF_TYPES",
                  {{"functionName", "`array_binary_search`"},
                   {"dataType", "\"ARRAY\""},
                   {"leftType", QuoteType(request.arguments[0]->type)},
                   {"rightType", QuoteType(value)}});
  }
  return BindBySignature(request);
}

bool NullableUnlessDropped(const bound::Expression& call) {
  const Value* drops = LiteralValue(call.As<bound::AggregateCall>()->arguments.back());
  return !drops || drops->is_null() || !std::get<bool>(drops->data);
}

}  // namespace firesteel::functions
