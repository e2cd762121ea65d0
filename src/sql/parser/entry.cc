// The functions of sql/parser.h.

#include "sql/parser/parser.h"

namespace firesteel::sql {
namespace {

[[noreturn]] void FailEmpty() {
  auto origin = std::make_shared<Origin>();
  origin->sql_text = std::make_shared<const std::string>();
  origin->line = 1;
  throw QueryError("PARSE_EMPTY_STATEMENT", {}, std::move(origin), ErrorClass::kParse);
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
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) FailEmpty();
  return Parser(text, options).SingleStatement();
}

plan::ExpressionPtr ParseExpression(std::string_view text, const ParserOptions& options) {
  if (text.empty()) FailEmpty();
  return Parser(text, options).SingleExpression();
}

DataType ParseDataType(std::string_view text, const ParserOptions& options) {
  if (text.empty()) FailEmpty();
  return Parser(text, options).SingleDataType();
}

Schema ParseTableSchema(std::string_view text, const ParserOptions& options) {
  if (text.empty()) FailEmpty();
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
  if (text.empty()) FailEmpty();
  return Parser(text, options).SingleMultipartIdentifier();
}

}  // namespace firesteel::sql
