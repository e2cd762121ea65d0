#include "analyzer/expression/schema_argument.h"

#include <optional>

#include "base/error.h"
#include "functions/binding/binding.h"
#include "functions/kernels/constant_call.h"
#include "types/holds_kind.h"
#include "types/type_text.h"

namespace firesteel::analyzer {
namespace {

/// The text of a constant schema, or nothing.
std::optional<std::string> SchemaText(const bound::ExpressionPtr& argument, const bound::SessionSettings& settings) {
  if (const auto* literal = argument->As<bound::Literal>()) {
    if (!argument->type.IsStringLike() || literal->value.is_null()) return std::nullopt;
    return literal->value.text();
  }
  const auto* call = argument->As<bound::Call>();
  if (!call || !call->function->name.starts_with("schema_of_")) return std::nullopt;
  const std::optional<Value> value = functions::EvaluateConstantCall(argument, settings);
  return value && !value->is_null() ? std::optional<std::string>(value->text()) : std::nullopt;
}

/// DataType.fromDDL: a type, else the columns of a table; or JSON.
DataType ParseType(Environment& environment, const std::string& text, const OriginPtr& origin) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (text[first] == '{' || text[first] == '"')) return TypeFromJson(text);
  try {
    return environment.ParseDataType(text);
  } catch (const QueryError& error) {
    try {
      return DataType::Struct(environment.ParseSchema(text));
    } catch (const QueryError&) {
      // What is wrong stands in the text of the schema, which is no part of the statement.
      throw QueryError(error.condition(), error.parameters(), origin);
    }
  }
}

}  // namespace

bound::ExpressionPtr SchemaArgument(Environment& environment, const bound::ExpressionPtr& argument,
                                    std::string_view function, const bound::SessionSettings& settings,
                                    const OriginPtr& origin) {
  const std::optional<std::string> text = SchemaText(argument, settings);
  if (!text) {
    if (functions::IsFoldable(argument) && argument->type.IsStringLike()) {
      ThrowUnsupported("a schema that is computed", argument->origin);
    }
    throw QueryError("INVALID_SCHEMA.NON_STRING_LITERAL", {{"inputSchema", functions::QuotedSql(argument, settings)}},
                     origin);
  }
  DataType type = ParseType(environment, *text, origin);
  if (HoldsKind(type, {TypeKind::kChar, TypeKind::kVarchar})) {
    throw QueryError("UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING", {}, origin);
  }
  if (function == "from_csv" && !type.Is(TypeKind::kStruct)) {
    throw QueryError(
        "INVALID_SCHEMA.NON_STRUCT_TYPE",
        {{"inputSchema", functions::QuotedSql(argument, settings)}, {"dataType", "\"" + SqlTypeName(type) + "\""}},
        origin);
  }
  return bound::MakeLiteral(std::move(type), Value{}, argument->origin);
}

}  // namespace firesteel::analyzer
