#include "functions/binding/frequent_items.h"

#include "functions/binding/binding.h"

namespace firesteel::functions {

bound::ExpressionPtr BindFrequentItems(const BindRequest& request) {
  const StructField& field = request.arguments.at(0)->type.element_type().fields().at(0);
  return FinishCall(request, request.arguments, DataType::Array(field.type, field.nullable), ModeOf(request), false);
}

}  // namespace firesteel::functions
