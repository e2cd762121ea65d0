#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

void ExpressionResolver::ResolveLambdas(const plan::UnresolvedFunction& node, const functions::Function& function,
                                        std::vector<bound::ExpressionPtr>& arguments, const OriginPtr& origin) {
  if (arguments.size() != node.arguments.size()) return;  // a star was expanded: no lambdas
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto* lambda = node.arguments[i]->As<plan::LambdaFunction>();
    if (!lambda) continue;
    const OriginPtr& place = node.arguments[i]->origin ? node.arguments[i]->origin : origin;
    for (size_t a = 0; a < lambda->parameters.size(); ++a) {
      for (size_t b = a + 1; b < lambda->parameters.size(); ++b) {
        if (!SameName(lambda->parameters[a], lambda->parameters[b], analysis_.case_sensitive())) continue;
        std::string names;
        for (const std::string& name : lambda->parameters) names += (names.empty() ? "" : ", ") + QuoteIdentifier(name);
        throw QueryError("INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES",
                         {{"args", names}, {"caseSensitiveConfig", DoubleQuoted("spark.sql.caseSensitive")}}, place);
      }
    }
    std::vector<functions::LambdaParameterType> types =
        functions::LambdaParameterTypes(function, arguments, i, lambda->parameters.size(), settings(), place);
    if (types.size() != lambda->parameters.size()) {
      throw QueryError("INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH",
                       {{"expectedNumArgs", std::to_string(lambda->parameters.size())},
                        {"actualNumArgs", std::to_string(types.size())}},
                       place);
    }
    LambdaScope scope;
    bound::Lambda bound_lambda;
    for (size_t p = 0; p < types.size(); ++p) {
      scope.parameters.push_back({analysis_.NextId(), lambda->parameters[p]});
      bound_lambda.parameter_types.push_back(types[p].type);
    }
    scope.types = std::move(types);
    bound_lambda.parameters = scope.parameters;
    lambdas_.push_back(std::move(scope));
    try {
      bound_lambda.body = Resolve(lambda->body);
    } catch (const QueryError& error) {
      // Spark says only in which SELECT a name inside of a lambda is unknown.
      if (!error.condition().starts_with("UNRESOLVED_COLUMN")) throw;
      throw QueryError(error.condition(), error.parameters());
    }
    lambdas_.pop_back();
    const DataType type = bound_lambda.body->type;
    const bool nullable = bound_lambda.body->nullable;
    arguments[i] = bound::Make(std::move(bound_lambda), type, nullable, place);
  }
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::LambdaFunction&, const plan::Expression& self) {
  throw QueryError("INVALID_LAMBDA_FUNCTION_CALL.PARAMETER_DOES_NOT_ACCEPT_LAMBDA_FUNCTION", {}, self.origin);
}

}  // namespace firesteel::analyzer
