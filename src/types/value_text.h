#pragma once

#include <string>
#include <string_view>

#include "types/data_type.h"
#include "types/value.h"

/// Constants as text. `time_zone` is the session's, for timestamps; a zone that does not exist counts as UTC.
/// All functions are pure and thread-safe.
namespace firesteel {

/// Literal.sql: "1", "1L", "1.5D", "CAST('NaN' AS DOUBLE)", "'it\'s'", "DATE '2020-01-01'", "X'1A'",
/// "CAST(NULL AS INT)": text that parses back to the constant.
std::string LiteralSql(const DataType& type, const Value& value, std::string_view time_zone);

/// How Spark names a column after the constant (usePrettyExpression then sql): "1", "1.5", "abc", "NULL",
/// "DATE '2020-01-01'", "INTERVAL '1-2' YEAR TO MONTH".
std::string LiteralColumnName(const DataType& type, const Value& value, std::string_view time_zone);

/// How a value stands in the parameters of an error (QueryErrorsBase.toSQLValue): as LiteralSql, but plain "NULL", and
/// floats without a cast: "1.5", "NaN".
std::string ErrorValueText(const DataType& type, const Value& value, std::string_view time_zone);

/// CAST(value AS STRING) with ANSI on; "null" inside of nested values, "NULL" at the top. What show() and error texts
/// print.
std::string CastText(const DataType& type, const Value& value, std::string_view time_zone);

}  // namespace firesteel
