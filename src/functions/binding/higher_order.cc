#include <algorithm>

#include "functions/binding/binding.h"
#include "types/as_nullable.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

using Parameters = std::vector<LambdaParameterType>;

[[noreturn]] void ThrowWrongLambdaInput(const Function& function, std::span<const ExpressionPtr> arguments,
                                        size_t index, std::string required, const bound::SessionSettings& settings,
                                        const OriginPtr& origin) {
  std::string call = std::string(function.name) + "(";
  for (size_t i = 0; i < arguments.size(); ++i) {
    call += (i ? ", " : "") + (arguments[i] ? MessageSql(*arguments[i], settings) : std::string("lambdafunction()"));
  }
  // The finish that nobody wrote.
  if (function.name == "aggregate" && arguments.size() == 3) call += ", lambdafunction(id, id)";
  throw QueryError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                   {{"sqlExpr", DoubleQuoted(call + ")")},
                    {"paramIndex", OrdinalWord(index)},
                    {"requiredType", std::move(required)},
                    {"inputSql", QuotedSql(arguments[index], settings)},
                    {"inputType", QuoteType(arguments[index]->type)}},
                   origin);
}

[[noreturn]] void ThrowDifferentKeys(const Function& function, std::span<const ExpressionPtr> arguments,
                                     const bound::SessionSettings& settings, const OriginPtr& origin) {
  const std::string call = std::string(function.name) + "(" + MessageSql(*arguments[0], settings) + ", " +
                           MessageSql(*arguments[1], settings) + ", lambdafunction())";
  throw QueryError("DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES",
                   {{"sqlExpr", DoubleQuoted(call)},
                    {"functionName", "`map_zip_with`"},
                    {"leftType", QuoteType(arguments[0]->type.key_type())},
                    {"rightType", QuoteType(arguments[1]->type.key_type())}},
                   origin);
}

LambdaParameterType ElementOf(const ExpressionPtr& array) {
  return {array->type.element_type(), array->type.contains_null()};
}

Parameters MapParameters(const DataType& map) {
  return {{map.key_type(), false}, {map.value_type(), map.value_contains_null()}};
}

/// The type that the keys of both maps are cast to; in ANSI mode text never meets numbers.
std::optional<DataType> CommonKey(const DataType& a, const DataType& b, const bound::SessionSettings& settings) {
  const bool has_void = a.key_type().Is(TypeKind::kNull) || b.key_type().Is(TypeKind::kNull);
  const bool one_is_text = a.key_type().IsStringLike() != b.key_type().IsStringLike();
  if (settings.ansi && !has_void && one_is_text) return std::nullopt;
  return WiderType(a.key_type(), b.key_type(), settings.ansi);
}

bool TakesLambda(std::string_view name) {
  static constexpr std::string_view kNames[] = {"exists",           "filter",    "forall",
                                                "map_filter",       "transform", "transform_keys",
                                                "transform_values", "zip_with",  "map_zip_with"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

}  // namespace

Parameters LambdaParameterTypes(const Function& function, std::span<const ExpressionPtr> arguments, size_t index,
                                size_t arity, const bound::SessionSettings& settings, const OriginPtr& origin) {
  std::string_view name = function.name;
  const size_t expected = name == "zip_with" || name == "map_zip_with" ? 3 : 2;
  if (name != "aggregate" && name != "array_sort" && TakesLambda(name) && arguments.size() != expected) {
    const BindRequest counted{
        function, {arguments.begin(), arguments.end()}, std::string(name), settings, origin, false, nullptr, {}, {}};
    ThrowWrongNumArgs(counted, std::to_string(expected));
  }
  if (name == "aggregate" && (arguments.size() < 3 || arguments.size() > 4)) {
    const BindRequest counted{
        function, {arguments.begin(), arguments.end()}, std::string(name), settings, origin, false, nullptr, {}, {}};
    ThrowWrongNumArgs(counted, "[3, 4]");
  }
  auto array = [&](size_t i) -> const ExpressionPtr& {
    if (!arguments[i]->type.Is(TypeKind::kArray)) {
      ThrowWrongLambdaInput(function, arguments, i, "\"ARRAY\"", settings, origin);
    }
    return arguments[i];
  };
  auto map = [&](size_t i) -> const DataType& {
    if (!arguments[i]->type.Is(TypeKind::kMap))
      ThrowWrongLambdaInput(function, arguments, i, "\"MAP\"", settings, origin);
    return arguments[i]->type;
  };
  if (index > 0 && arguments[0]) {
    if (name == "transform" || name == "filter") {
      Parameters parameters{ElementOf(array(0))};
      if (arity == 2) parameters.push_back({DataType::Int(), false});
      return parameters;
    }
    if (name == "exists" || name == "forall") return {ElementOf(array(0))};
    if (name == "aggregate" && index == 2) return {{AsNullable(arguments[1]->type), true}, ElementOf(array(0))};
    if (name == "aggregate" && index == 3) {
      // The merged value may be null wherever the merge gives null.
      return {{AsNullable(arguments[1]->type), true}};
    }
    if (name == "zip_with" && index == 2) {
      return {{array(0)->type.element_type(), true}, {array(1)->type.element_type(), true}};
    }
    if (name == "array_sort") return {ElementOf(array(0)), ElementOf(array(0))};
    if (name == "map_filter" || name == "transform_keys" || name == "transform_values") return MapParameters(map(0));
    if (name == "map_zip_with" && index == 2) {
      const DataType& left = map(0);
      const std::optional<DataType> key = CommonKey(left, map(1), settings);
      if (!key) ThrowDifferentKeys(function, arguments, settings, origin);
      return {{key ? *key : map(0).key_type(), false}, {map(0).value_type(), true}, {map(1).value_type(), true}};
    }
  }
  throw QueryError("INVALID_LAMBDA_FUNCTION_CALL.PARAMETER_DOES_NOT_ACCEPT_LAMBDA_FUNCTION", {}, origin);
}

namespace {

const bound::Lambda& LambdaAt(const BindRequest& request, size_t index) {
  return *request.arguments[index]->As<bound::Lambda>();
}

/// Ids of parameters that no user wrote: as no analyzer counts so far, they meet none of its own.
constexpr bound::AttributeId kHiddenParameter = INT64_MAX;

bound::LambdaParameter Hidden(size_t index) {
  return {kHiddenParameter - static_cast<int64_t>(index), "x" + std::to_string(index)};
}

/// `f(a, 1)` means `f(a, x -> 1)`: an expression in a lambda's place is a body without use of its parameters.
BindRequest WithLambdas(const BindRequest& request) {
  BindRequest copy = request;
  const std::string_view name = request.function.name;
  const size_t first = name == "aggregate" || name == "zip_with" || name == "map_zip_with" ? 2 : 1;
  for (size_t i = first; i < copy.arguments.size(); ++i) {
    ExpressionPtr& argument = copy.arguments[i];
    if (argument->As<bound::Lambda>()) continue;
    // Of two possible arities the lesser.
    const std::vector<LambdaParameterType> types =
        LambdaParameterTypes(request.function, copy.arguments, i, 1, request.settings, request.origin);
    bound::Lambda lambda;
    for (size_t p = 0; p < types.size(); ++p) {
      lambda.parameters.push_back(Hidden(p));
      lambda.parameter_types.push_back(types[p].type);
    }
    lambda.body = argument;
    argument = bound::Make(std::move(lambda), argument->type, argument->nullable, argument->origin);
  }
  return copy;
}

/// The lambda with its body cast.
ExpressionPtr CastBody(const ExpressionPtr& lambda, const DataType& type, const BindRequest& request) {
  bound::Lambda copy = *lambda->As<bound::Lambda>();
  copy.body = CastTo(copy.body, type, request);
  const bool nullable = copy.body->nullable;
  return bound::Make(std::move(copy), type, nullable, lambda->origin);
}

ExpressionPtr BooleanLambda(const BindRequest& request, size_t index) {
  const ExpressionPtr& lambda = request.arguments[index];
  const DataType& type = LambdaAt(request, index).body->type;
  if (type.Is(TypeKind::kBoolean)) return lambda;
  if (type.Is(TypeKind::kNull)) return CastBody(lambda, DataType::Boolean(), request);
  ThrowUnexpectedInput(request, index, "\"BOOLEAN\"");
}

void CheckCount(const BindRequest& request, size_t least, size_t most) {
  const size_t count = request.arguments.size();
  if (count >= least && count <= most) return;
  ThrowWrongNumArgs(
      request, least == most ? std::to_string(least) : "[" + std::to_string(least) + ", " + std::to_string(most) + "]");
}

/// aggregate(array, zero, merge [, finish]); without a finish it is the identity, which is printed.
ExpressionPtr BindAggregateFunction(const BindRequest& written) {
  CheckCount(written, 3, 4);
  BindRequest request = WithLambdas(written);
  std::vector<ExpressionPtr>& arguments = request.arguments;
  const DataType zero = AsNullable(arguments[1]->type);
  if (arguments.size() == 3) {
    bound::Lambda identity;
    identity.parameters.push_back(Hidden(0));
    identity.parameter_types.push_back(zero);
    identity.body = bound::Make(bound::LambdaRef{Hidden(0).id, "id"}, zero, true);
    arguments.push_back(bound::Make(std::move(identity), zero, true));
  }
  const DataType& merged = LambdaAt(request, 2).body->type;
  if (merged.Is(TypeKind::kNull)) {
    arguments[2] = CastBody(arguments[2], zero, request);
  } else if (!SameTypeIgnoringNullability(merged, zero)) {
    ThrowUnexpectedInput(request, 2, QuoteType(zero));
  }
  const bool nullable = arguments[0]->nullable || LambdaAt(request, 3).body->nullable;
  const DataType type = LambdaAt(request, 3).body->type;
  return FinishCall(request, arguments, type, ModeOf(request), nullable);
}

ExpressionPtr BindMapZipWith(const BindRequest& request) {
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  const std::optional<DataType> key = CommonKey(arguments[0]->type, arguments[1]->type, request.settings);
  if (!key) {
    ThrowMismatch(request, "MAP_ZIP_WITH_DIFF_TYPES",
                  {{"functionName", "`map_zip_with`"},
                   {"leftType", QuoteType(arguments[0]->type.key_type())},
                   {"rightType", QuoteType(arguments[1]->type.key_type())}});
  }
  std::vector<ExpressionPtr> widened = arguments;
  for (size_t i = 0; i < 2; ++i) {
    const DataType& map = arguments[i]->type;
    widened[i] = CastTo(arguments[i], DataType::Map(*key, map.value_type(), map.value_contains_null()), request);
  }
  const ExpressionPtr& body = LambdaAt(request, 2).body;
  const bool nullable = arguments[0]->nullable || arguments[1]->nullable;
  return FinishCall(request, std::move(widened), DataType::Map(*key, body->type, body->nullable), ModeOf(request),
                    nullable);
}

/// Of what is no array the usual comparator has no elements to speak of: the message shows the names of its parameters.
[[noreturn]] void ThrowNotSortable(const BindRequest& request) {
  static constexpr std::string_view kNoName = "namedlambdavariable()";
  std::string call = QuotedCall(request);
  bool is_left = true;
  for (size_t at = 0; (at = call.find(kNoName, at)) != std::string::npos; is_left = !is_left) {
    call.replace(at, kNoName.size(), is_left ? "left" : "right");
  }
  throw QueryError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                   {{"sqlExpr", std::move(call)},
                    {"paramIndex", OrdinalWord(0)},
                    {"requiredType", "\"ARRAY\""},
                    {"inputSql", QuotedSql(request.arguments[0], request.settings)},
                    {"inputType", QuoteType(request.arguments[0]->type)}},
                   request.origin);
}

ExpressionPtr BindArraySort(const BindRequest& request) {
  const ExpressionPtr& array = request.arguments[0];
  if (!array->type.Is(TypeKind::kArray) && !array->type.Is(TypeKind::kNull)) {
    if (request.arguments.size() == 1) ThrowNotSortable(request);
    ThrowUnexpectedInput(request, 0, "\"ARRAY\"");
  }
  if (request.arguments.size() == 2) {
    const DataType& body = LambdaAt(request, 1).body->type;
    if (!body.Is(TypeKind::kInt)) {
      ThrowMismatch(
          request, "UNEXPECTED_RETURN_TYPE",
          {{"functionName", "`lambdafunction`"}, {"expectedType", "\"INT\""}, {"actualType", QuoteType(body)}});
    }
    return FinishCall(request, request.arguments, array->type, ModeOf(request), array->nullable);
  }
  ExpressionPtr typed =
      array->type.Is(TypeKind::kNull) ? CastTo(array, DataType::Array(DataType::Null()), request) : array;
  if (!IsOrderable(typed->type.element_type())) {
    throw QueryError("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                     {{"sqlExpr", "\"(namedlambdavariable() < namedlambdavariable())\""},
                      {"functionName", "`<`"},
                      {"dataType", QuoteType(typed->type.element_type())}},
                     request.origin);
  }
  return FinishCall(request, {typed}, typed->type, ModeOf(request), typed->nullable);
}

}  // namespace

ExpressionPtr BindHigherOrder(const BindRequest& written) {
  const std::string_view name = written.function.name;
  if (name == "aggregate") return BindAggregateFunction(written);
  const size_t count = name == "zip_with" || name == "map_zip_with" ? 3 : 2;
  CheckCount(written, name == "array_sort" ? 1 : count, count);
  const BindRequest request = WithLambdas(written);
  if (name == "array_sort") return BindArraySort(request);
  if (name == "map_zip_with") return BindMapZipWith(request);
  const std::vector<ExpressionPtr>& arguments = request.arguments;
  const ExpressionPtr& body = LambdaAt(request, count - 1).body;
  const DataType& first = arguments[0]->type;
  const bool nullable = arguments[0]->nullable || (count == 3 && arguments[1]->nullable);
  auto finish = [&](DataType type) {
    return FinishCall(request, arguments, std::move(type), ModeOf(request), nullable);
  };
  if (name == "transform" || name == "zip_with") return finish(DataType::Array(body->type, body->nullable));
  if (name == "transform_keys")
    return finish(DataType::Map(body->type, first.value_type(), first.value_contains_null()));
  if (name == "transform_values") return finish(DataType::Map(first.key_type(), body->type, body->nullable));
  const ExpressionPtr condition = BooleanLambda(request, 1);
  const bool is_filter = name == "filter" || name == "map_filter";
  // exists and forall: of three values.
  const bool is_unknown = !is_filter && condition->As<bound::Lambda>()->body->nullable;
  return FinishCall(request, {arguments[0], condition}, is_filter ? first : DataType::Boolean(), ModeOf(request),
                    nullable || is_unknown);
}

}  // namespace firesteel::functions
