#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/command.h"
#include "plan/expression.h"
#include "plan/relation.h"
#include "types/data_type.h"

/// Spark SQL text → neutral plan. Lexer and recursive-descent parser of our own after Spark's grammar
/// (SqlBaseLexer.g4, SqlBaseParser.g4 of Spark 4.3). All functions are pure and thread-safe and throw QueryError
/// (kParse) with Spark's condition (PARSE_SYNTAX_ERROR, …), line, position and the text for the caret.
/// Nesting is limited (error, never a stack overflow) and the work is linear in the text.
namespace firesteel::sql {

struct ParserOptions {
  bool ansi = true;  ///< spark.sql.ansi.enabled
  bool double_quoted_identifiers = false;
  bool escaped_string_literals = false;
  bool enforce_reserved_keywords = false;
  bool quoted_regex_column_names = false;
  std::string session_time_zone = "UTC";  ///< TIMESTAMP '…' literals without a zone
  bool timestamp_ntz_default = false;     ///< spark.sql.timestampType = TIMESTAMP_NTZ
  bool timestamp_nanos = false;           ///< spark.sql.timestampNanosTypes.enabled
  bool legacy_set_ops_precedence = false;
  bool exponent_literal_as_decimal = false;
  std::string object_type;  ///< what the text belongs to, for the places of errors: "VIEW", or nothing
  std::string object_name;
  /// Called for each parameter marker (:name, ?): what it gives stands in the marker's place. Unset: markers stay.
  std::function<plan::ExpressionPtr(const plan::ParameterMarker&, const OriginPtr&)> bind_parameter;
};

/// One statement (a trailing semicolon is allowed).
plan::Command ParseStatement(std::string_view text, const ParserOptions& options);
/// F.expr text: one expression, possibly with AS.
plan::ExpressionPtr ParseExpression(std::string_view text, const ParserOptions& options);
/// "INT", "array<string>", "struct<a:int NOT NULL COMMENT 'x'>".
DataType ParseDataType(std::string_view text, const ParserOptions& options = {});
/// "a INT, b STRING NOT NULL COMMENT 'x'"; also accepts a bare type: struct<…> gives its fields, another type gives
/// one column `value` only where Spark does (from_json schema text does not).
Schema ParseTableSchema(std::string_view text, const ParserOptions& options = {});
/// `a.b.c` with backquotes.
std::vector<std::string> ParseMultipartIdentifier(std::string_view text, const ParserOptions& options = {});

/// Prints a plan as SQL that parses back to the same plan; for tests (parse → print → parse) and view texts.
std::string PrintStatement(const plan::Command& command);
std::string PrintExpression(const plan::Expression& expression);

}  // namespace firesteel::sql
