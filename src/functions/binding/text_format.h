#pragma once

#include "functions/binding/binding.h"

/// Bind rules of the functions that read and write JSON, CSV and XML.
namespace firesteel::functions {

/// The options argument: a call of map() with texts, as one map<string,string> literal. Throws INVALID_OPTIONS.….
bound::ExpressionPtr OptionsLiteral(const BindRequest& request, const bound::ExpressionPtr& argument);

/// With the option singleVariantColumn the first column of `schema`, a struct, takes the record, whatever its name is.
/// Throws where that is no variant. `options`: a literal, or null.
void CheckSingleVariant(const DataType& schema, const bound::ExpressionPtr& options, const OriginPtr& origin);

/// from_json, from_csv (text, schema [, options]): the schema is a NULL of the type that it names (the analyzer reads
/// it, see SchemaOfArgument).
bound::ExpressionPtr BindFromJson(const BindRequest& request);
bound::ExpressionPtr BindFromCsv(const BindRequest& request);
bound::ExpressionPtr BindSchemaOf(const BindRequest& request);  ///< schema_of_json, schema_of_csv
bound::ExpressionPtr BindJsonTuple(const BindRequest& request);
bound::ExpressionPtr BindToJson(const BindRequest& request);
bound::ExpressionPtr BindToCsv(const BindRequest& request);

/// from_xml as from_json, with the session's case sensitivity as an argument before the options.
bound::ExpressionPtr BindFromXml(const BindRequest& request);
bound::ExpressionPtr BindSchemaOfXml(const BindRequest& request);
bound::ExpressionPtr BindToXml(const BindRequest& request);
/// The functions of XPath: (text, constant path).
bound::ExpressionPtr BindXPath(const BindRequest& request);

/// from_json(a); "entries" where the schema is a map, as Spark prints it.
std::string ShowFromJson(const bound::Expression& call, std::span<const std::string> arguments);

}  // namespace firesteel::functions
