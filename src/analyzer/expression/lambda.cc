#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "base/ascii_case.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

namespace {

constexpr std::string_view kNoLambda = "lambdafunction()";
constexpr std::string_view kNoName = "namedlambdavariable()";

/// Every next `from` in the text becomes the next of `to`.
void ReplaceInTurn(std::string& text, std::string_view from, const std::vector<std::string>& to) {
  size_t at = 0;
  for (const std::string& part : to) {
    at = text.find(from, at);
    if (at == std::string::npos) return;
    text.replace(at, from.size(), part);
    at += part.size();
  }
}

// Spark sends no lambda's variables to Python workers.
void RefusePython(const bound::ExpressionPtr& body, const bound::SessionSettings& settings, const OriginPtr& origin) {
  (void)bound::AnyOf(body, [&](const bound::Expression& e) {
    if (!e.As<bound::PythonCall>()) return false;
    const auto call = std::make_shared<const bound::Expression>(e);
    const bound::ExpressionPtr shown = bound::TransformUp(call, [](const bound::ExpressionPtr& node) {
      const auto* variable = node->As<bound::LambdaRef>();
      if (!variable) return bound::ExpressionPtr();
      std::string name = "lambda " + variable->name + "#" + std::to_string(variable->id);
      if (node->type.Is(TypeKind::kLong)) name += "L";
      return bound::Make(bound::AttributeRef{variable->id, std::move(name), {}}, node->type, node->nullable);
    });
    throw QueryError("UNSUPPORTED_FEATURE.LAMBDA_FUNCTION_WITH_PYTHON_UDF", {{"funcName", QuotedSql(*shown, settings)}},
                     origin);
  });
}

}  // namespace

void ExpressionResolver::ResolveLambdas(const plan::UnresolvedFunction& node, const functions::Function& function,
                                        std::vector<bound::ExpressionPtr>& arguments, const OriginPtr& origin) {
  if (arguments.size() != node.arguments.size()) return;  // a star was expanded: no lambdas
  // Arguments are refused before the lambdas behind them mean anything: messages show these as they were written, with
  // the names of their parameters.
  const auto with_lambda_texts = [&](ErrorParameters parameters) {
    std::vector<std::string> texts;
    for (const plan::ExpressionPtr& argument : node.arguments) {
      const auto* lambda = argument->As<plan::LambdaFunction>();
      if (!lambda) continue;
      LambdaScope scope;
      for (const std::string& name : lambda->parameters) {
        scope.parameters.push_back({analysis_.NextId(), name});
        scope.types.push_back({DataType::Null(), true});
      }
      lambdas_.push_back(std::move(scope));
      std::string text(kNoLambda);
      try {
        const bound::ExpressionPtr body = Resolve(lambda->body);
        std::vector<std::string> names;
        bound::AnyOf(body, [&](const bound::Expression& part) {
          if (const auto* reference = part.As<bound::LambdaRef>()) names.push_back(reference->name);
          return false;
        });
        text = functions::MessageSql(*body, settings());
        ReplaceInTurn(text, kNoName, names);
        for (const std::string& name : lambda->parameters) text += ", " + name;
        text = "lambdafunction(" + text + ")";
      } catch (const QueryError&) {
        // Of values of unknown type the body means nothing.
      }
      lambdas_.pop_back();
      texts.push_back(std::move(text));
    }
    for (auto& [key, value] : parameters) {
      if (key != "sqlExpr") continue;
      ReplaceInTurn(value, kNoLambda, texts);
      const std::string written = "\"" + std::string(function.name) + "(";
      if (value.starts_with(written)) value.replace(1, function.name.size(), node.name.back());
    }
    return parameters;
  };
  const auto place_of = [&](size_t i) { return node.arguments[i]->origin ? node.arguments[i]->origin : origin; };
  // What the parameters of all lambdas are comes before what any body does with them.
  std::vector<std::vector<functions::LambdaParameterType>> parameter_types(arguments.size());
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto* lambda = node.arguments[i]->As<plan::LambdaFunction>();
    if (!lambda) continue;
    const OriginPtr place = place_of(i);
    for (size_t a = 0; a < lambda->parameters.size(); ++a) {
      for (size_t b = a + 1; b < lambda->parameters.size(); ++b) {
        if (!SameName(lambda->parameters[a], lambda->parameters[b], analysis_.case_sensitive())) continue;
        std::string names;
        for (const std::string& name : lambda->parameters) names += (names.empty() ? "" : ", ") + QuoteIdentifier(name);
        throw QueryError("INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES",
                         {{"args", names}, {"caseSensitiveConfig", DoubleQuoted("spark.sql.caseSensitive")}}, place);
      }
    }
    std::vector<functions::LambdaParameterType>& types = parameter_types[i];
    try {
      types = functions::LambdaParameterTypes(function, arguments, i, lambda->parameters.size(), settings(), place);
    } catch (const QueryError& error) {
      if (error.condition().starts_with("WRONG_NUM_ARGS")) {
        // The count is that of the function as it was called.
        ErrorParameters parameters = error.parameters();
        for (auto& [key, value] : parameters) {
          if (key == "functionName") value = QuoteIdentifier(AsciiLower(node.name.back()));
        }
        throw QueryError(error.condition(), std::move(parameters), origin);
      }
      if (!error.condition().starts_with("DATATYPE_MISMATCH")) throw;
      throw QueryError(error.condition(), with_lambda_texts(error.parameters()), origin);
    }
    if (types.size() != lambda->parameters.size()) {
      throw QueryError("INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH",
                       {{"expectedNumArgs", std::to_string(lambda->parameters.size())},
                        {"actualNumArgs", std::to_string(types.size())}},
                       place);
    }
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto* lambda = node.arguments[i]->As<plan::LambdaFunction>();
    if (!lambda) continue;
    const OriginPtr place = place_of(i);
    std::vector<functions::LambdaParameterType>& types = parameter_types[i];
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
    RefusePython(bound_lambda.body, settings(), origin);
    const DataType type = bound_lambda.body->type;
    const bool nullable = bound_lambda.body->nullable;
    arguments[i] = bound::Make(std::move(bound_lambda), type, nullable, place);
  }
}

bound::ExpressionPtr ExpressionResolver::ResolveNode(const plan::LambdaFunction&, const plan::Expression& self) {
  throw QueryError("INVALID_LAMBDA_FUNCTION_CALL.PARAMETER_DOES_NOT_ACCEPT_LAMBDA_FUNCTION", {}, self.origin);
}

}  // namespace firesteel::analyzer
