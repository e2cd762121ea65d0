#include "functions/binding/binding.h"

namespace firesteel::functions {

/// count takes anything, and no cast is made for it.
bound::ExpressionPtr BindCount(const BindRequest& request) {
  if (request.arguments.empty()) ThrowWrongNumArgs(request, "> 0");
  return FinishCall(request, request.arguments, DataType::Long());
}

}  // namespace firesteel::functions
