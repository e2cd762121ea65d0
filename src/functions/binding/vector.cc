#include "functions/binding/vector.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

/// No argument is cast: vectors are ARRAY<FLOAT>, degrees FLOAT.
ExpressionPtr BindVector(const BindRequest& original) {
  BindRequest request = original;
  const std::string_view name = request.function.name;
  const bool has_degree = name == "vector_norm" || name == "vector_normalize";
  const bool is_aggregate = request.function.kind == Kind::kAggregate;
  const size_t count = request.arguments.size();
  if (has_degree) {
    if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
    if (count == 1) request.arguments.push_back(bound::MakeLiteral(DataType::Float(), Value{2.0}));
  } else if (count != (is_aggregate ? 1 : 2)) {
    ThrowWrongNumArgs(request, is_aggregate ? "1" : "2");
  }
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    const ExpressionPtr& argument = request.arguments[i];
    const bool is_vector = argument->type.Is(TypeKind::kArray) && argument->type.element_type().Is(TypeKind::kFloat);
    const bool wants_vector = !has_degree || i == 0;
    if (wants_vector ? !is_vector : !argument->type.Is(TypeKind::kFloat)) {
      ThrowUnexpectedInput(request, i, wants_vector ? "\"ARRAY<FLOAT>\"" : "\"FLOAT\"");
    }
  }
  DataType type = DataType::Float();
  if (name == "vector_normalize") type = DataType::Array(DataType::Float());
  if (is_aggregate) type = DataType::Array(DataType::Float(), false);
  return FinishCall(request, request.arguments, type, ModeOf(request), true);
}

}  // namespace firesteel::functions
