#include "functions/binding/sketch.h"

#include <optional>
#include <string>

#include "base/java_text.h"
#include "functions/binding/constant.h"
#include "functions/kernels/sketch/item_codec.h"
#include "functions/kernels/sketch/kll_sketch.h"
#include "functions/kernels/sketch/sketch_error.h"
#include "functions/kernels/sketch/sketch_parameters.h"
#include "functions/kernels/sketch/tuple_sketch.h"
#include "functions/named_parameters.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

const std::vector<ExpressionPtr>& ArgumentsOf(const ExpressionPtr& call) {
  if (const auto* aggregate = call->As<bound::AggregateCall>()) return aggregate->arguments;
  return call->As<bound::Call>()->arguments;
}

/// The request with the defaults of the row's signature for what is missing; messages show them, too.
BindRequest WithDefaults(const BindRequest& original) {
  BindRequest request = original;
  const Signature signature = ParseSignatures(request.function.signatures).front();
  const std::span<const NamedParameter> named = NamedParametersOf(request.function.name);
  const size_t given = request.arguments.size();
  if (!named.empty() && given < signature.min_arguments()) {
    throw QueryError("REQUIRED_PARAMETER_NOT_FOUND",
                     {{"routineName", QuoteIdentifier(std::string(request.function.name))},
                      {"parameterName", QuoteIdentifier(std::string(named[given].name))},
                      {"index", "0"}},
                     request.origin);
  }
  if (given < signature.min_arguments()) return request;
  for (size_t i = given; i < signature.parameters.size(); ++i) {
    const std::optional<TypedValue>& value = signature.parameters[i].default_value;
    if (!value) break;
    request.arguments.push_back(bound::MakeLiteral(value->type, value->value));
  }
  return request;
}

/// Refuses arguments from `first` on that are not of a type of the signature: Spark casts none of them but NULL.
void RequireExactTypes(const BindRequest& request, size_t first = 0) {
  const Signature signature = ParseSignatures(request.function.signatures).front();
  if (request.arguments.size() > signature.parameters.size() || request.arguments.size() < signature.min_arguments()) {
    return;
  }
  for (size_t i = first; i < request.arguments.size(); ++i) {
    const DataType& type = request.arguments[i]->type;
    const TypePattern& pattern = signature.at(i).pattern;
    if (type.Is(TypeKind::kNull)) continue;
    const std::optional<DataType> cast = ImplicitCast(type, pattern, request.settings.ansi);
    const bool is_same = cast && (*cast == type || (type.Is(TypeKind::kArray) && cast->Is(TypeKind::kArray) &&
                                                    cast->element_type() == type.element_type()));
    if (!is_same) ThrowUnexpectedInput(request, i, RequiredTypeText(pattern));
  }
}

bool IsNullConstant(const ExpressionPtr& expression) {
  const bound::Expression* literal = ConstantLiteral(expression);
  return literal && literal->As<bound::Literal>()->value.is_null();
}

/// Spark's Expression.sql of a column is qualified.
std::string SqlOf(const ExpressionPtr& expression, const bound::SessionSettings& settings) {
  const auto* column = expression->As<bound::AttributeRef>();
  if (!column) return MessageSql(*expression, settings);
  std::string text;
  for (const std::string& part : column->qualifier) text += QuoteIfNeeded(part) + ".";
  return text + QuoteIfNeeded(column->name);
}

[[noreturn]] void ThrowTypeCheck(const BindRequest& request, std::string message) {
  ThrowMismatch(request, "TYPE_CHECK_FAILURE_WITH_HINT", {{"msg", std::move(message)}, {"hint", ""}});
}

/// A parameter that must be a constant and not NULL, in the plain words of sketches' own checks.
void RequireConstant(const BindRequest& request, size_t index, std::string_view name, std::string_view type) {
  const ExpressionPtr& argument = request.arguments[index];
  if (!IsFoldable(argument)) {
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", std::string(name)},
                   {"inputType", std::string(type)},
                   {"inputExpr", SqlOf(argument, request.settings)}});
  }
  if (IsNullConstant(argument)) ThrowMismatch(request, "UNEXPECTED_NULL", {{"exprName", std::string(name)}});
}

/// Runs a check of a constant; its error becomes that of a type check.
template <class Check>
void CheckAsType(const BindRequest& request, Check check) {
  try {
    check();
  } catch (const QueryError& error) {
    ThrowTypeCheck(request, error.message());
  }
}

}  // namespace

ExpressionPtr BindHllSketch(const BindRequest& original) {
  const BindRequest request = WithDefaults(original);
  RequireExactTypes(request);
  if (request.function.name == "hll_sketch_agg" && request.arguments.size() == 2 && !IsFoldable(request.arguments[1])) {
    throw SketchError("HLL_K_MUST_BE_CONSTANT", {{"function", QuotedFunction(request.function.name)}});
  }
  return BindBySignature(request);
}

ExpressionPtr BindThetaSketch(const BindRequest& original) {
  const BindRequest request = WithDefaults(original);
  RequireExactTypes(request);
  if (request.function.kind == Kind::kAggregate && request.arguments.size() == 2 && !IsFoldable(request.arguments[1])) {
    throw SketchError("THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT", {{"function", QuotedFunction(request.function.name)}});
  }
  return BindBySignature(request);
}

ExpressionPtr BindTupleSketch(const BindRequest& original) {
  BindRequest request = WithDefaults(original);
  const std::string_view name = request.function.name;
  const bool is_aggregate = request.function.kind == Kind::kAggregate;
  if (!is_aggregate) RequireExactTypes(request);
  ExpressionPtr call = BindBySignature(request);
  request.arguments = ArgumentsOf(call);
  std::optional<size_t> lg_entries;
  std::optional<size_t> mode;
  if (name.starts_with("tuple_sketch_agg") || (name.starts_with("tuple_union") && !is_aggregate)) {
    lg_entries = 2;
    mode = 3;
  } else if (name.starts_with("tuple_union_agg")) {
    lg_entries = 1;
    mode = 2;
  } else if (name.starts_with("tuple_intersection")) {
    mode = is_aggregate ? 1 : 2;
  } else if (name.starts_with("tuple_sketch_summary")) {
    mode = 1;
  }
  if (lg_entries) {
    RequireConstant(request, *lg_entries, "lgNomEntries", "int");
    if (const auto value = ConstantInteger(request.arguments[*lg_entries])) {
      CheckAsType(request, [&] { CheckedLgNominal(static_cast<int32_t>(*value), name); });
    }
  }
  if (mode) {
    RequireConstant(request, *mode, "mode", "string");
    if (const auto text = ConstantText(request.arguments[*mode])) {
      CheckAsType(request, [&] { SummaryModeOf(*text, name); });
    }
  }
  return call;
}

ExpressionPtr BindKllSketch(const BindRequest& request) {
  const std::string_view name = request.function.name;
  const bool is_aggregate = request.function.kind == Kind::kAggregate;
  if (is_aggregate) RequireExactTypes(request);
  ExpressionPtr call = BindBySignature(request);
  BindRequest bound = request;
  bound.arguments = ArgumentsOf(call);
  if (is_aggregate && bound.arguments.size() == 2) {
    RequireConstant(bound, 1, "k", "int");
    const auto k = ConstantInteger(bound.arguments[1]);
    if (k && (*k < kMinKllK || *k > kMaxKllK)) {
      ThrowTypeCheck(bound, SketchError("KLL_SKETCH_K_OUT_OF_RANGE",
                                        {{"functionName", QuotedFunction(name)}, {"k", std::to_string(*k)}})
                                .message());
    }
  }
  if (!is_aggregate && name.find("_get_") != std::string_view::npos && bound.arguments.size() == 2 &&
      !IsFoldable(bound.arguments[1])) {
    const bool is_rank = name.find("_get_quantile_") != std::string_view::npos;
    ThrowMismatch(bound, "NON_FOLDABLE_INPUT",
                  {{"inputName", is_rank ? "`rank`" : "`quantile`"},
                   {"inputType", QuoteType(bound.arguments[1]->type)},
                   {"inputExpr", QuotedSql(bound.arguments[1], request.settings)}});
  }
  return call;
}

namespace {

DataType TopKItems(const DataType& item) {
  return DataType::Array(DataType::Struct({{"item", item, true, ""}, {"count", DataType::Long(), false, ""}}), false);
}

DataType TopKState(const DataType& item) {
  return DataType::Struct({{"sketch", DataType::Binary(), false, ""},
                           {"maxItemsTracked", DataType::Int(), false, ""},
                           {"itemDataType", item, true, ""},
                           {"itemDataTypeDDL", DataType::String(), false, ""}});
}

/// The state of approx_top_k_accumulate, by its types.
void RequireState(const BindRequest& request) {
  const DataType& type = request.arguments[0]->type;
  const std::vector<StructField>& fields = type.fields();
  if (fields.size() != 4) {
    ThrowTypeCheck(request,
                   "State must be a struct with 4 fields. Expected struct: "
                   "struct<sketch:binary,maxItemsTracked:int,itemDataType:any,itemDataTypeDDL:string>. Got: " +
                       SimpleString(type));
  }
  const auto refuse = [&](size_t i, std::string_view words) {
    ThrowTypeCheck(request,
                   "State struct must have the " + std::string(words) + ". Got: " + SimpleString(fields[i].type));
  };
  if (!fields[0].type.Is(TypeKind::kBinary)) refuse(0, "first field to be binary");
  if (!fields[1].type.Is(TypeKind::kInt)) refuse(1, "second field to be int");
  if (!ItemCodec::Supports(fields[2].type)) refuse(2, "third field to be a supported data type");
  if (!fields[3].type.IsStringLike()) refuse(3, "fourth field to be string");
}

void RequireItems(const BindRequest& request) {
  const DataType& type = request.arguments[0]->type;
  if (ItemCodec::Supports(type)) return;
  const std::string name = type.Is(TypeKind::kArray)    ? "array"
                           : type.Is(TypeKind::kMap)    ? "map"
                           : type.Is(TypeKind::kStruct) ? "struct"
                                                        : SimpleString(type);
  ThrowTypeCheck(request, name + " columns are not supported");
}

void RequireGiven(const BindRequest& request, size_t index, std::string_view name) {
  if (!IsNullConstant(request.arguments[index])) return;
  throw SketchError("APPROX_TOP_K_NULL_ARG", {{"argName", "`" + std::string(name) + "`"}});
}

}  // namespace

ExpressionPtr BindTopK(const BindRequest& original) {
  BindRequest request = WithDefaults(original);
  const std::string_view name = request.function.name;
  const ExpressionPtr call = BindBySignature(request);
  request.arguments = ArgumentsOf(call);
  const auto require_constant = [&](size_t index, std::string_view words) {
    if (!IsFoldable(request.arguments[index]))
      ThrowTypeCheck(request, std::string(words) + " must be a constant literal");
  };
  const bool has_state = name == "approx_top_k_combine" || name == "approx_top_k_estimate";
  const bool has_k = name == "approx_top_k" || name == "approx_top_k_estimate";
  if (has_state) {
    RequireState(request);
  } else {
    RequireItems(request);
  }
  if (has_k) require_constant(1, "K");
  if (name != "approx_top_k_estimate") require_constant(request.arguments.size() - 1, "Number of items tracked");
  if (has_k) RequireGiven(request, 1, "k");
  if (name != "approx_top_k_estimate") RequireGiven(request, request.arguments.size() - 1, "maxItemsTracked");
  const DataType& first = request.arguments[0]->type;
  const DataType item = has_state ? first.fields()[2].type : first;
  return FinishCall(request, request.arguments, has_k ? TopKItems(item) : TopKState(item), ModeOf(request), false);
}

ExpressionPtr BindCountMinSketch(const BindRequest& original) {
  BindRequest request = WithDefaults(original);
  RequireExactTypes(request);
  ExpressionPtr call = BindBySignature(request);
  request.arguments = ArgumentsOf(call);
  constexpr std::string_view kNames[] = {"", "eps", "confidence", "seed"};
  for (size_t i = 1; i < request.arguments.size(); ++i) {
    const ExpressionPtr& argument = request.arguments[i];
    if (IsFoldable(argument)) continue;
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", "`" + std::string(kNames[i]) + "`"},
                   {"inputType", QuoteType(argument->type)},
                   {"inputExpr", QuotedSql(argument, request.settings)}});
  }
  for (size_t i = 1; i < request.arguments.size(); ++i) {
    if (IsNullConstant(request.arguments[i])) {
      ThrowMismatch(request, "UNEXPECTED_NULL", {{"exprName", std::string(kNames[i])}});
    }
  }
  const auto require = [&](size_t i, bool is_confidence) {
    const auto values = ConstantDoubles(request.arguments[i]);
    if (!values || values->size() != 1 || !values->front()) return;
    const double value = *values->front();
    if (value > 0 && (!is_confidence || value < 1)) return;
    ThrowMismatch(request, "VALUE_OUT_OF_RANGE",
                  {{"exprName", std::string(kNames[i])},
                   {"valueRange", is_confidence ? "(0.0, 1.0]" : "(0.0, 1.7976931348623157E308]"},
                   {"currentValue", JavaDoubleText(value) + "D"}});
  };
  require(1, false);
  require(2, true);
  return call;
}

}  // namespace firesteel::functions
