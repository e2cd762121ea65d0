// The functions of sql/parser.h.

#include <algorithm>
#include <memory>

#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

/// Fails at the end of a text of blanks.
void RequireText(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) return;
  auto origin = std::make_shared<Origin>();
  origin->sql_text = std::make_shared<const std::string>(text);
  origin->line = static_cast<int32_t>(1 + std::count(text.begin(), text.end(), '\n'));
  origin->column = static_cast<int32_t>(text.size() - (text.rfind('\n') + 1));  // npos + 1 is 0
  throw QueryError("PARSE_EMPTY_STATEMENT", {}, std::move(origin), ErrorClass::kParse);
}

/// Spark looks for parameters first, with a parser whose syntax errors do not show the text, in each text with one of
/// these characters, wherever it stands.
bool MayHaveParameters(std::string_view text) { return text.find_first_of("?:") != std::string_view::npos; }

QueryError WithoutText(const QueryError& error) {
  auto place = std::make_shared<Origin>(*error.origin());
  place->sql_text = nullptr;
  return QueryError(error.condition(), error.parameters(), std::move(place), error.error_class());
}

}  // namespace

void Parser::EndOfText() {
  // Behind a semicolon Spark calls any token superfluous.
  if (cursor_.position() > 0 && cursor_.KindAt(cursor_.position() - 1) == Kind::kSemicolon) cursor_.ExpectEnd();
  if (!cursor_.Is(Kind::kEndOfInput)) cursor_.SyntaxErrorBefore(Kind::kEndOfInput);
  if (deferred_) throw *deferred_;
}

void Parser::KeepBack(const QueryError& error) {
  if (error.condition() == "PARSE_SYNTAX_ERROR" || error.condition() == "FAILED_TO_PARSE_TOO_COMPLEX") throw error;
  if (!deferred_) deferred_ = error;
}

ExpressionPtr Parser::SingleExpression() {
  ExpressionPtr expression = NamedExpression();
  EndOfText();
  return expression;
}

DataType Parser::SingleDataType() {
  only_type_ = true;
  DataType type = Type();
  EndOfText();
  return type;
}

Schema Parser::SingleTableSchema() {
  only_type_ = true;
  Schema schema;
  do {
    schema.push_back(ColumnType(false));
  } while (cursor_.Accept(Kind::kComma));
  EndOfText();
  return schema;
}

std::vector<std::string> Parser::SingleMultipartIdentifier() {
  only_name_ = true;
  Names names = MultipartIdentifier();
  EndOfText();
  return names;
}

plan::Command ParseStatement(std::string_view text, const ParserOptions& options) {
  RequireText(text);
  try {
    return Parser(text, options).SingleStatement();
  } catch (const QueryError& error) {
    if (error.condition() != "PARSE_SYNTAX_ERROR" || !error.origin() || !MayHaveParameters(text)) throw;
    throw WithoutText(error);
  }
}

plan::ExpressionPtr ParseExpression(std::string_view text, const ParserOptions& options) {
  RequireText(text);
  return Parser(text, options).SingleExpression();
}

DataType ParseDataType(std::string_view text, const ParserOptions& options) {
  RequireText(text);
  return Parser(text, options).SingleDataType();
}

Schema ParseTableSchema(std::string_view text, const ParserOptions& options) {
  RequireText(text);
  try {
    return Parser(text, options).SingleTableSchema();
  } catch (const QueryError& error) {
    if (error.condition() != "PARSE_SYNTAX_ERROR") throw;
    try {
      DataType type = Parser(text, options).SingleDataType();
      if (type.Is(TypeKind::kStruct)) return type.fields();
    } catch (const QueryError&) {
      // The first error is the one that Spark reports.
    }
    throw;
  }
}

std::vector<std::string> ParseMultipartIdentifier(std::string_view text, const ParserOptions& options) {
  RequireText(text);
  return Parser(text, options).SingleMultipartIdentifier();
}

}  // namespace firesteel::sql
