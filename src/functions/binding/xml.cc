#include "functions/binding/text_format.h"
#include "functions/formats/xml/xml_options.h"
#include "types/as_nullable.h"
#include "types/quoting.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

using bound::ExpressionPtr;

BindRequest Shown(const BindRequest& request) {
  BindRequest shown = request;
  shown.arguments.resize(1);
  return shown;
}

ExpressionPtr Flag(bool value) { return bound::MakeLiteral(DataType::Boolean(), Value{value}); }

/// The options as a literal, or null. Throws PARSE_MODE_UNSUPPORTED.
ExpressionPtr ReadOptions(const BindRequest& request, size_t index) {
  if (request.arguments.size() <= index) return nullptr;
  ExpressionPtr options = OptionsLiteral(request, request.arguments[index]);
  const Value* map = LiteralValue(options);
  const FormatOptions all = FormatOptions::FromConstant(map ? std::optional<Value>(*map) : std::nullopt);
  if (ParseModeOf(all) == ParseMode::kDropMalformed) {
    throw QueryError("PARSE_MODE_UNSUPPORTED",
                     {{"funcName", QuoteIdentifier(std::string(request.function.name))}, {"mode", "DROPMALFORMED"}});
  }
  return options;
}

void CheckCorruptColumn(const DataType& schema, const ExpressionPtr& options) {
  const Value* map = options ? LiteralValue(options) : nullptr;
  const FormatOptions all = FormatOptions::FromConstant(map ? std::optional<Value>(*map) : std::nullopt);
  const std::string name = all.Text("columnNameOfCorruptRecord", "_corrupt_record");
  for (const StructField& field : schema.fields()) {
    if (field.name != name || field.type.IsStringLike()) continue;
    throw QueryError("INVALID_CORRUPT_RECORD_TYPE",
                     {{"columnName", QuoteIdentifier(name)}, {"actualType", "\"" + SqlTypeName(field.type) + "\""}});
  }
}

/// Names of elements are texts: so are the keys of maps.
bool HasOtherKeys(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kMap:
      return !type.key_type().IsStringLike() || HasOtherKeys(type.value_type());
    case TypeKind::kArray:
      return HasOtherKeys(type.element_type());
    case TypeKind::kStruct:
      for (const StructField& field : type.fields()) {
        if (HasOtherKeys(field.type)) return true;
      }
      return false;
    default:
      return false;
  }
}

ExpressionPtr TextArgument(const BindRequest& request, const BindRequest& shown) {
  const ExpressionPtr& text = request.arguments[0];
  if (!text->type.IsStringLike() && !text->type.Is(TypeKind::kNull)) ThrowUnexpectedInput(shown, 0, "\"STRING\"");
  return CastTo(text, DataType::String(), request);
}

}  // namespace

ExpressionPtr BindFromXml(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 2 && count != 3) ThrowWrongNumArgs(request, "[2, 3]");
  ExpressionPtr options = ReadOptions(request, 2);
  const DataType& schema = request.arguments[1]->type;
  const BindRequest shown = Shown(request);
  if (!schema.Is(TypeKind::kStruct) && !schema.Is(TypeKind::kVariant)) {
    ThrowMismatch(shown, "INVALID_XML_SCHEMA", {{"schema", "\"" + SqlTypeName(schema) + "\""}});
  }
  if (HasOtherKeys(schema)) {
    ThrowMismatch(shown, "INVALID_XML_MAP_KEY_TYPE", {{"schema", "\"" + SqlTypeName(schema) + "\""}});
  }
  std::vector<ExpressionPtr> arguments{TextArgument(request, shown), Flag(request.settings.case_sensitive)};
  if (schema.Is(TypeKind::kStruct)) {
    CheckCorruptColumn(schema, options);
    CheckSingleVariant(schema, options, request.origin);
  }
  if (options) arguments.push_back(std::move(options));
  return FinishCall(request, std::move(arguments), AsNullable(schema), ModeOf(request), true);
}

ExpressionPtr BindSchemaOfXml(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  ExpressionPtr options = ReadOptions(request, 1);
  // The rest is as for JSON.
  BindRequest plain = request;
  plain.arguments.resize(1);
  const ExpressionPtr checked = BindSchemaOf(plain);
  std::vector<ExpressionPtr> arguments{bound::Children(*checked)[0], Flag(request.settings.case_sensitive),
                                       Flag(request.settings.timestamp_ntz_default)};
  if (options) arguments.push_back(std::move(options));
  return FinishCall(request, std::move(arguments), DataType::String(), ModeOf(request), false);
}

ExpressionPtr BindToXml(const BindRequest& request) {
  const size_t count = request.arguments.size();
  if (count != 1 && count != 2) ThrowWrongNumArgs(request, "[1, 2]");
  ExpressionPtr options = count == 2 ? OptionsLiteral(request, request.arguments[1]) : nullptr;
  ExpressionPtr value = request.arguments[0];
  if (value->type.Is(TypeKind::kNull)) {
    value = CastTo(value, DataType::Struct({}), request);
  } else if (!value->type.Is(TypeKind::kStruct) && !value->type.Is(TypeKind::kVariant)) {
    ThrowUnexpectedInput(Shown(request), 0, "\"STRUCT\"");
  }
  std::vector<ExpressionPtr> arguments{std::move(value)};
  if (options) arguments.push_back(std::move(options));
  return FinishCall(request, std::move(arguments), DataType::String(), ModeOf(request), true);
}

ExpressionPtr BindXPath(const BindRequest& request) {
  if (request.arguments.size() != 2) ThrowWrongNumArgs(request, "2");
  const ExpressionPtr& path = request.arguments[1];
  if (!IsFoldable(path)) {
    ThrowMismatch(request, "NON_FOLDABLE_INPUT",
                  {{"inputName", QuoteIdentifier("path")},
                   {"inputType", "\"STRING\""},
                   {"inputExpr", QuotedSql(path, request.settings)}});
  }
  for (size_t i = 0; i < 2; ++i) {
    const DataType& type = request.arguments[i]->type;
    if (!type.IsStringLike() && !type.Is(TypeKind::kNull)) ThrowUnexpectedInput(request, i, "\"STRING\"");
  }
  return BindBySignature(request);
}

}  // namespace firesteel::functions
