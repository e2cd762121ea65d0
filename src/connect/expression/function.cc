#include <utility>

#include "connect/expression/decode_expression.h"
#include "connect/invalid_plan.h"
#include "plan/internal_functions.h"

namespace firesteel::connect {

namespace proto = ::spark::connect;

plan::Expression::Node DecodeFunction(const proto::Expression::UnresolvedFunction& function,
                                      const DecodeContext& context) {
  plan::UnresolvedFunction node;
  if (function.is_user_defined_function()) {
    node.name = context.parse_identifier(function.function_name());
  } else {
    node.name = {function.function_name()};
  }
  node.arguments = DecodeExpressions(function.arguments(), context);
  node.is_distinct = function.is_distinct();
  const bool is_sequence = function.function_name() == "distributed_sequence_id";
  node.is_internal = function.is_internal() || plan::IsInternalFunction(function.function_name());
  // pandas on Spark says whether the numbering may be cached, which changes no number.
  if (is_sequence) node.arguments.clear();
  // F.uuid() sends a seed of its own making.
  if (function.function_name() == "uuid") node.arguments.clear();
  return node;
}

plan::Expression::Node DecodeCallFunction(const proto::CallFunction& call, const DecodeContext& context) {
  plan::UnresolvedFunction node;
  node.name = context.parse_identifier(call.function_name());
  node.arguments = DecodeExpressions(call.arguments(), context);
  return node;
}

plan::Expression::Node DecodeLambdaVariable(const proto::Expression::UnresolvedNamedLambdaVariable& variable) {
  if (variable.name_parts().empty()) ThrowInvalidPlan("UNRESOLVED_NAMED_LAMBDA_VARIABLE_REQUIRES_NAME_PART");
  return plan::LambdaVariable{{variable.name_parts().begin(), variable.name_parts().end()}};
}

plan::Expression::Node DecodeLambda(const proto::Expression::LambdaFunction& lambda, const DecodeContext& context) {
  const int count = lambda.arguments_size();
  if (count < 1 || count > 3) {
    ThrowInvalidPlan("LAMBDA_FUNCTION_ARGUMENT_COUNT_INVALID", {{"got", std::to_string(count)}});
  }
  plan::LambdaFunction node;
  for (const auto& argument : lambda.arguments()) {
    if (argument.name_parts().empty()) ThrowInvalidPlan("UNRESOLVED_NAMED_LAMBDA_VARIABLE_REQUIRES_NAME_PART");
    std::string name;
    for (const std::string& part : argument.name_parts()) name += (name.empty() ? "" : ".") + part;
    node.parameters.push_back(std::move(name));
  }
  node.body = DecodeExpression(lambda.function(), context);
  return node;
}

}  // namespace firesteel::connect
