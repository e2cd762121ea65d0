#include <algorithm>

#include "functions/binding/binding.h"
#include "functions/binding/collection.h"
#include "types/holds_kind.h"
#include "types/quoting.h"

namespace firesteel::functions {

using bound::ExpressionPtr;

namespace {

/// The name that an expression gives to a field: an alias, a column's or a field's own name, else colN.
std::string FieldName(const ExpressionPtr& expression, size_t position) {
  if (const bound::InnerAlias* alias = expression->As<bound::InnerAlias>()) return alias->name;
  if (const bound::AttributeRef* reference = expression->As<bound::AttributeRef>()) return reference->name;
  if (const bound::OuterRef* reference = expression->As<bound::OuterRef>()) return reference->name;
  if (const bound::GetField* field = expression->As<bound::GetField>()) return field->name;
  if (const bound::LambdaRef* reference = expression->As<bound::LambdaRef>()) return reference->name;
  return "col" + std::to_string(position + 1);
}

std::string MetadataOf(const ExpressionPtr& expression) {
  const bound::InnerAlias* alias = expression->As<bound::InnerAlias>();
  return alias ? alias->metadata : std::string();
}

bool IsConstantName(const ExpressionPtr& expression) {
  const Value* value = LiteralValue(expression);
  return value && std::holds_alternative<std::string>(value->data);
}

[[noreturn]] void ThrowKeys(const BindRequest& request, std::string_view sub, const std::vector<ExpressionPtr>& bad) {
  ThrowMismatch(request, sub,
                {{"functionName", QuoteIdentifier(std::string(request.function.name))},
                 {"dataType", TypesText(bad, "[", ", ", "]")}});
}

}  // namespace

ExpressionPtr BindStruct(const BindRequest& request) {
  std::vector<StructField> fields;
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    const ExpressionPtr& argument = request.arguments[i];
    fields.push_back({FieldName(argument, i), argument->type, argument->nullable, MetadataOf(argument)});
  }
  return FinishCall(request, request.arguments, DataType::Struct(std::move(fields)), ModeOf(request), false);
}

/// named_struct(name, value, …); the bound call keeps the names for its printed form.
ExpressionPtr BindNamedStruct(const BindRequest& request) {
  if (request.arguments.size() % 2 != 0) ThrowWrongNumArgs(request, "2n (n > 0)");
  std::vector<StructField> fields;
  std::string invalid;
  for (size_t i = 0; i < request.arguments.size(); i += 2) {
    const ExpressionPtr& name = request.arguments[i];
    const ExpressionPtr& value = request.arguments[i + 1];
    const Value* text = LiteralValue(name);
    if (name->type.IsStringLike() && text && text->is_null()) {
      ThrowMismatch(request, "UNEXPECTED_NULL", {{"exprName", "[" + QuotedSql(name, request.settings) + "]"}});
    }
    if (!IsConstantName(name)) {
      invalid += (invalid.empty() ? "" : ", ") + QuotedSql(name, request.settings);
      continue;
    }
    fields.push_back({text->text(), value->type, value->nullable, MetadataOf(value)});
  }
  if (!invalid.empty()) {
    ThrowMismatch(request, "CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING", {{"inputExprs", "[" + invalid + "]"}});
  }
  return FinishCall(request, request.arguments, DataType::Struct(std::move(fields)), ModeOf(request), false);
}

/// map(key, value, …)
ExpressionPtr BindMap(const BindRequest& request) {
  if (request.arguments.size() % 2 != 0) ThrowWrongNumArgs(request, "2n (n > 0)");
  std::vector<DataType> keys;
  std::vector<DataType> values;
  std::vector<ExpressionPtr> arguments = request.arguments;
  bool nullable_value = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    (i % 2 == 0 ? keys : values).push_back(arguments[i]->type);
    if (i % 2 == 1) nullable_value |= arguments[i]->nullable;
  }
  bool ansi = request.settings.ansi;
  std::optional<DataType> key = keys.empty() ? std::optional(DataType::Null()) : WiderType(keys, ansi);
  std::optional<DataType> value = values.empty() ? std::optional(DataType::Null()) : WiderType(values, ansi);
  std::vector<ExpressionPtr> listed;
  if (!key) {
    for (size_t i = 0; i < arguments.size(); i += 2) listed.push_back(arguments[i]);
    ThrowKeys(request, "CREATE_MAP_KEY_DIFF_TYPES", listed);
  }
  if (!value) {
    for (size_t i = 1; i < arguments.size(); i += 2) listed.push_back(arguments[i]);
    ThrowKeys(request, "CREATE_MAP_VALUE_DIFF_TYPES", listed);
  }
  if (HoldsKind(*key, {TypeKind::kMap, TypeKind::kVariant}))
    ThrowMismatch(request, "INVALID_MAP_KEY_TYPE", {{"keyType", QuoteType(*key)}});
  for (size_t i = 0; i < arguments.size(); ++i) {
    arguments[i] = CastTo(arguments[i], i % 2 == 0 ? *key : *value, request);
  }
  DataType type = DataType::Map(*key, *value, nullable_value);
  return FinishCall(request, std::move(arguments), type, ModeOf(request), false);
}

/// element_at(array, index from 1), element_at(map, key)
ExpressionPtr BindElementAt(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  const ExpressionPtr& base = request.arguments[0];
  const ExpressionPtr& index = request.arguments[1];
  if (base->type.Is(TypeKind::kArray)) {
    if (!index->type.IsIntegral() || index->type.Is(TypeKind::kLong)) ThrowUnexpectedInput(request, 1, "\"INT\"");
    const bool nullable = NullableElement(base, index, /*from_one=*/true, ModeOf(request) == EvalMode::kAnsi);
    return FinishCall(request, {base, CastTo(index, DataType::Int(), request)}, base->type.element_type(),
                      ModeOf(request), nullable);
  }
  if (!base->type.Is(TypeKind::kMap)) ThrowUnexpectedInput(request, 0, "(\"ARRAY\" or \"MAP\")");
  const DataType& map = base->type;
  const std::optional<DataType> key = TightestCommonType(map.key_type(), index->type, request.settings.ansi);
  if (!key) {
    ThrowMismatch(request, "MAP_FUNCTION_DIFF_TYPES",
                  {{"functionName", QuotedFunctionName(request)},
                   {"dataType", "\"MAP\""},
                   {"leftType", QuoteType(map)},
                   {"rightType", QuoteType(index->type)}});
  }
  ExpressionPtr widened = CastTo(base, DataType::Map(*key, map.value_type(), map.value_contains_null()), request);
  return FinishCall(request, {widened, CastTo(index, *key, request)}, map.value_type(), ModeOf(request), true);
}

/// base[index]: an array's element counted from 0, or a map's value; also get(array, index).
ExpressionPtr BindGetItem(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  const ExpressionPtr& base = request.arguments[0];
  const ExpressionPtr& index = request.arguments[1];
  if (base->type.Is(TypeKind::kMap)) {
    const DataType& key = base->type.key_type();
    TypePattern pattern;
    pattern.kind = TypePattern::Kind::kExact;
    pattern.type = key;
    std::optional<DataType> cast = ImplicitCast(index->type, pattern, request.settings.ansi);
    if (!cast) ThrowUnexpectedInput(request, 1, QuoteType(key));
    return FinishCall(request, {base, CastTo(index, key, request)}, base->type.value_type(), ModeOf(request), true);
  }
  if (!base->type.Is(TypeKind::kArray)) ThrowUnexpectedInput(request, 0, "\"ARRAY\"");
  const bool is_get = request.function.name == "get";
  ExpressionPtr position = index;
  if (is_get) {
    TypePattern pattern;
    pattern.kind = TypePattern::Kind::kExact;
    pattern.type = DataType::Int();
    if (!ImplicitCast(index->type, pattern, request.settings.ansi)) ThrowUnexpectedInput(request, 1, "\"INT\"");
    position = CastTo(index, DataType::Int(), request);
  } else if (!index->type.IsIntegral() && !index->type.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(request, 1, "\"INTEGRAL\"");
  }
  const bool nullable = NullableElement(base, index, /*from_one=*/false, !is_get && request.settings.ansi);
  // get() never fails.
  EvalMode mode = request.function.name == "get" ? EvalMode::kLegacy : ModeOf(request);
  return FinishCall(request, {base, CastTo(position, DataType::Long(), request)}, base->type.element_type(), mode,
                    nullable);
}

/// The arguments before the last are for the name only.
bound::ExpressionPtr BindUpdateFields(const BindRequest& request) {
  const bound::ExpressionPtr& result = request.arguments.back();
  return FinishCall(request, request.arguments, result->type, ModeOf(request), result->nullable);
}

/// What a value of a user-defined type is kept as: the same value under another type.
ExpressionPtr BindUnwrapUserType(const BindRequest& request) {
  const ExpressionPtr& value = request.arguments[0];
  if (!value->type.Is(TypeKind::kUserDefined)) ThrowUnexpectedInput(request, 0, "\"USERDEFINEDTYPE\"");
  return FinishCall(request, {value}, value->type.user_storage());
}

}  // namespace firesteel::functions
