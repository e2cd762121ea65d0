#include "functions/binding/text_format.h"

#include <algorithm>

#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

using bound::ExpressionPtr;

/// A text constant under casts; null when the expression is none.
const Value* TextConstant(const ExpressionPtr& expression) {
  if (const bound::Cast* cast = expression->As<bound::Cast>()) {
    const Value* value = TextConstant(cast->child);
    return value && (value->is_null() || cast->child->type.IsStringLike()) ? value : nullptr;
  }
  return LiteralValue(expression);
}

/// The request as Spark's messages print it: without the options.
BindRequest WithoutOptions(const BindRequest& request) {
  BindRequest shown = request;
  shown.arguments.resize(1);
  return shown;
}

bool HasVariant(const DataType& type) {
  if (type.Is(TypeKind::kVariant)) return true;
  if (type.Is(TypeKind::kArray)) return HasVariant(type.element_type());
  if (type.Is(TypeKind::kMap)) return HasVariant(type.key_type()) || HasVariant(type.value_type());
  if (!type.Is(TypeKind::kStruct)) return false;
  return std::any_of(type.fields().begin(), type.fields().end(),
                     [](const StructField& field) { return HasVariant(field.type); });
}

/// The call over (value [, options]).
ExpressionPtr Finish(const BindRequest& request, ExpressionPtr value, ExpressionPtr options) {
  std::vector<ExpressionPtr> arguments{std::move(value)};
  if (options) arguments.push_back(std::move(options));
  return FinishCall(request, std::move(arguments), DataType::String(), ModeOf(request), true);
}

}  // namespace

ExpressionPtr OptionsLiteral(const BindRequest& request, const ExpressionPtr& argument) {
  const bound::Call* call = argument->As<bound::Call>();
  const bool is_map_literal = argument->As<bound::Literal>() && argument->type.Is(TypeKind::kMap);
  if (!is_map_literal && (!call || call->function->name != "map")) {
    throw QueryError("INVALID_OPTIONS.NON_MAP_FUNCTION", {}, request.origin);
  }
  const DataType& type = argument->type;
  if (!type.key_type().IsStringLike() || !type.value_type().IsStringLike()) {
    throw QueryError("INVALID_OPTIONS.NON_STRING_TYPE", {{"mapType", "\"" + SqlTypeName(type) + "\""}}, request.origin);
  }
  if (is_map_literal) return argument;
  ValueList entries;
  for (const ExpressionPtr& part : call->arguments) {
    const Value* value = TextConstant(part);
    if (!value) ThrowUnsupported("options that are not written as constants", request.origin);
    entries.push_back(*value);
  }
  return bound::MakeLiteral(DataType::Map(DataType::String(), DataType::String()), Value::List(std::move(entries)),
                            argument->origin);
}

ExpressionPtr BindToJson(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  ExpressionPtr options = count == 2 ? OptionsLiteral(request, request.arguments[1]) : nullptr;
  const ExpressionPtr& value = request.arguments[0];
  if (value->type.Is(TypeKind::kNull)) {
    // A NULL without a type has no fields.
    return Finish(request, CastTo(value, DataType::Struct({}), request), std::move(options));
  }
  if (!value->type.IsNested() && !value->type.Is(TypeKind::kVariant)) {
    ThrowMismatch(WithoutOptions(request), "INVALID_JSON_SCHEMA", {{"schema", "\"" + SqlTypeName(value->type) + "\""}});
  }
  return Finish(request, value, std::move(options));
}

ExpressionPtr BindToCsv(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  ExpressionPtr options = count == 2 ? OptionsLiteral(request, request.arguments[1]) : nullptr;
  const ExpressionPtr& value = request.arguments[0];
  if (value->type.Is(TypeKind::kNull)) {
    return Finish(request, CastTo(value, DataType::Struct({}), request), std::move(options));
  }
  if (!value->type.Is(TypeKind::kStruct) || HasVariant(value->type)) {
    ThrowMismatch(WithoutOptions(request), "UNSUPPORTED_INPUT_TYPE",
                  {{"functionName", QuoteIdentifier(std::string(request.function.name))},
                   {"dataType", "\"" + SqlTypeName(value->type) + "\""}});
  }
  return Finish(request, value, std::move(options));
}

}  // namespace firesteel::functions
