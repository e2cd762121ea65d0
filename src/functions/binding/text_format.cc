#include "functions/binding/text_format.h"

#include <algorithm>

#include "functions/display/display_rules.h"
#include "functions/formats/csv/csv_options.h"
#include "types/as_nullable.h"
#include "types/holds_kind.h"
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

/// The call over (value [, options]).
ExpressionPtr Finish(const BindRequest& request, ExpressionPtr value, ExpressionPtr options) {
  std::vector<ExpressionPtr> arguments{std::move(value)};
  if (options) arguments.push_back(std::move(options));
  return FinishCall(request, std::move(arguments), DataType::String(), ModeOf(request), true);
}

/// The options of from_json and from_csv as a literal, or null. Throws PARSE_MODE_UNSUPPORTED.
ExpressionPtr ReadOptions(const BindRequest& request) {
  if (request.arguments.size() < 3) return nullptr;
  ExpressionPtr options = OptionsLiteral(request, request.arguments[2]);
  const Value* map = LiteralValue(options);
  const FormatOptions all = FormatOptions::FromConstant(map ? std::optional<Value>(*map) : std::nullopt);
  if (ParseModeOf(all) == ParseMode::kDropMalformed) {
    throw QueryError("PARSE_MODE_UNSUPPORTED",
                     {{"funcName", QuoteIdentifier(std::string(request.function.name))}, {"mode", "DROPMALFORMED"}});
  }
  return options;
}

/// The text argument; NULL is one, other types are not.
ExpressionPtr TextArgument(const BindRequest& request) {
  const ExpressionPtr& text = request.arguments[0];
  if (!text->type.IsStringLike() && !text->type.Is(TypeKind::kNull)) {
    ThrowUnexpectedInput(WithoutOptions(request), 0, "\"STRING\"");
  }
  return CastTo(text, DataType::String(), request);
}

/// With the option singleVariantColumn the schema is that column, and perhaps that of malformed records.
void CheckVariantColumn(const BindRequest& request, const Value& map) {
  const FormatOptions all = FormatOptions::FromConstant(map);
  const std::string* column = all.Find("singleVariantColumn");
  if (!column) return;
  const DataType& schema = request.arguments[1]->type;
  const std::string corrupt = all.Text("columnNameOfCorruptRecord", "_corrupt_record");
  size_t columns = 0;
  bool is_good = true;
  for (const StructField& field : schema.fields()) {
    if (field.name == corrupt && field.type.IsStringLike()) continue;
    is_good = is_good && ++columns == 1 && field.name == *column && field.type.Is(TypeKind::kVariant);
  }
  if (is_good && columns == 1) return;
  throw QueryError("INVALID_SINGLE_VARIANT_COLUMN", {{"schema", "\"" + SqlTypeName(schema) + "\""}});
}

}  // namespace

void CheckSingleVariant(const DataType& schema, const ExpressionPtr& options, const OriginPtr& origin) {
  const Value* map = options ? LiteralValue(options) : nullptr;
  const FormatOptions all = FormatOptions::FromConstant(map ? std::optional<Value>(*map) : std::nullopt);
  if (!all.Has("singleVariantColumn")) return;
  const std::string corrupt = all.Text("columnNameOfCorruptRecord", "_corrupt_record");
  for (const StructField& field : schema.fields()) {
    if (field.name == corrupt) continue;
    if (field.type.Is(TypeKind::kVariant)) return;
    break;
  }
  ThrowUnsupported("the option singleVariantColumn without a column of variants", origin);
}

std::string ShowFromJson(const bound::Expression& call, std::span<const std::string> arguments) {
  return call.type.Is(TypeKind::kMap) ? "entries" : ShowFirstOnly(call, arguments);
}

ExpressionPtr BindFromJson(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 2 && count != 3) ThrowWrongNumArgs(request, "[2, 3]");
  ExpressionPtr options = ReadOptions(request);
  const DataType& schema = request.arguments[1]->type;
  if (!schema.IsNested() && !schema.Is(TypeKind::kVariant)) {
    ThrowMismatch(WithoutOptions(request), "INVALID_JSON_SCHEMA", {{"schema", "\"" + SqlTypeName(schema) + "\""}});
  }
  if (schema.Is(TypeKind::kMap) && !schema.key_type().IsStringLike()) {
    throw QueryError("DATATYPE_MISMATCH.INVALID_JSON_MAP_KEY_TYPE",
                     {{"sqlExpr", "\"entries\""}, {"schema", "\"" + SqlTypeName(schema) + "\""}}, request.origin);
  }
  if (schema.Is(TypeKind::kStruct)) CheckSingleVariant(schema, options, request.origin);
  std::vector<ExpressionPtr> arguments{TextArgument(request)};
  if (options) arguments.push_back(std::move(options));
  return FinishCall(request, std::move(arguments), AsNullable(schema), ModeOf(request), true);
}

ExpressionPtr BindFromCsv(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 2 && count != 3) ThrowWrongNumArgs(request, "[2, 3]");
  ExpressionPtr options = ReadOptions(request);
  if (const Value* map = options ? LiteralValue(options) : nullptr) CheckVariantColumn(request, *map);
  ExpressionPtr text = TextArgument(request);
  const bool nullable = text->nullable;
  std::vector<ExpressionPtr> arguments{
      std::move(text), bound::MakeLiteral(DataType::Boolean(), Value{request.settings.timestamp_ntz_default})};
  if (options) arguments.push_back(std::move(options));
  return FinishCall(request, std::move(arguments), AsNullable(request.arguments[1]->type), ModeOf(request), nullable);
}

ExpressionPtr BindSchemaOf(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  ExpressionPtr options = count == 2 ? OptionsLiteral(request, request.arguments[1]) : nullptr;
  const std::string kind(request.function.name.substr(request.function.name.rfind('_') + 1));
  const ExpressionPtr& text = request.arguments[0];
  const Value* value = TextConstant(text);
  if (value && value->is_null()) ThrowMismatch(WithoutOptions(request), "UNEXPECTED_NULL", {{"exprName", kind}});
  if (!IsFoldable(text)) {
    ThrowMismatch(WithoutOptions(request), "NON_FOLDABLE_INPUT",
                  {{"inputName", QuoteIdentifier(kind)},
                   {"inputType", QuoteType(text->type)},
                   {"inputExpr", QuotedSql(text, request.settings)}});
  }
  std::vector<ExpressionPtr> arguments{TextArgument(request)};
  if (options) arguments.push_back(std::move(options));
  return FinishCall(request, std::move(arguments), DataType::String(), ModeOf(request), false);
}

ExpressionPtr BindJsonTuple(const BindRequest& request) {
  if (request.arguments.size() < 2) ThrowWrongNumArgs(request, "> 1");
  std::vector<StructField> fields;
  for (size_t i = 0; i < request.arguments.size(); ++i) {
    if (!request.arguments[i]->type.IsStringLike()) {
      ThrowMismatch(request, "NON_STRING_TYPE", {{"funcName", QuoteIdentifier(std::string(request.function.name))}});
    }
    if (i > 0) fields.push_back({"c" + std::to_string(i - 1), DataType::String(), true, ""});
  }
  return FinishCall(request, request.arguments, DataType::Struct(std::move(fields)), ModeOf(request), false);
}

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
  if (!value->type.Is(TypeKind::kStruct) || HoldsKind(value->type, {TypeKind::kVariant})) {
    ThrowMismatch(WithoutOptions(request), "UNSUPPORTED_INPUT_TYPE",
                  {{"functionName", QuoteIdentifier(std::string(request.function.name))},
                   {"dataType", "\"" + SqlTypeName(value->type) + "\""}});
  }
  return Finish(request, value, std::move(options));
}

}  // namespace firesteel::functions
