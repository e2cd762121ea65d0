#include "functions/binding/binding.h"
#include "types/quoting.h"

namespace firesteel::functions {

/// count takes anything, and no cast is made for it.
bound::ExpressionPtr BindCount(const BindRequest& request) {
  if (request.arguments.empty()) {
    throw QueryError("WRONG_NUM_ARGS.WITH_SUGGESTION",
                     {{"functionName", "`count`"},
                      {"expectedNum", " >= 1"},
                      {"actualNum", "0"},
                      {"legacyNum", "0"},
                      {"legacyConfKey", "\"spark.sql.legacy.allowParameterlessCount\""},
                      {"legacyConfValue", "\"true\""}});
  }
  return FinishCall(request, request.arguments, DataType::Long());
}

/// min, max: of what can be ordered.
bound::ExpressionPtr BindExtreme(const BindRequest& request) {
  if (request.arguments.size() != 1) ThrowWrongNumArgs(request, "1");
  const DataType& type = request.arguments[0]->type;
  if (!IsOrderable(type)) {
    ThrowMismatch(
        request, "INVALID_ORDERING_TYPE",
        {{"functionName", QuoteIdentifier(std::string(request.function.name))}, {"dataType", QuoteType(type)}});
  }
  return FinishCall(request, request.arguments, type);
}

}  // namespace firesteel::functions
