#pragma once

#include <string>
#include <string_view>

#include "types/data_type.h"
#include "types/quoting.h"

namespace firesteel {

/// Spark's `catalogString` ("decimal(10,2)", "struct<a:int,b:array<string>>"): what dtypes and error texts show,
/// never truncated. A user-defined type is shown as what it is kept as.
std::string CatalogString(const DataType& type);
/// Spark's `simpleString`: as CatalogString, but structs of more than `max_fields` fields are cut
/// ("... 3 more fields"), and user-defined types have a name. Default is Spark's spark.sql.debug.maxToStringFields.
std::string SimpleString(const DataType& type, int max_fields = 25);
/// Spark's `sql`: "DECIMAL(10,2)", "ARRAY<INT>", "STRUCT<a: INT NOT NULL>".
std::string SqlTypeName(const DataType& type);
/// Spark's `typeName`/JSON text of a type: `"integer"`, `{"type":"array",...}`. Compact, keys in Spark's order.
std::string TypeToJson(const DataType& type);
/// Parses Spark's JSON text of a type. Throws QueryError (PARSE… or INVALID_JSON_DATA_TYPE) on bad text.
DataType TypeFromJson(std::string_view json);
/// `toDDL` of a schema: "a INT,b STRING NOT NULL".
std::string SchemaToDdl(const Schema& schema);
/// Spark's treeString: "root\n |-- a: integer (nullable = true)\n ...". `level` 0 means all levels.
std::string SchemaTreeString(const Schema& schema, int level = 0);

}  // namespace firesteel
