// CREATE VIEW in its forms and DROP VIEW.

#include "sql/parser/parser.h"
#include "types/quoting.h"

namespace firesteel::sql {
namespace {

std::string Dotted(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ".") + QuoteIfNeeded(part);
  return text;
}

}  // namespace

// ('key' = 'value', key value, …)
plan::Options Parser::PropertyList() {
  plan::Options options;
  cursor_.Expect(Kind::kLeftParen);
  do {
    std::string key = PropertyKey();
    const bool equal = cursor_.Accept(Kind::kEqual);
    std::string value;
    if (equal || (!cursor_.Is(Kind::kComma) && !cursor_.Is(Kind::kRightParen))) value = PropertyValue();
    options.emplace_back(std::move(key), std::move(value));
  } while (cursor_.Accept(Kind::kComma));
  cursor_.Expect(Kind::kRightParen);
  return options;
}

std::string Parser::PropertyKey() {
  if (IsString()) {
    // Without = the value is a string, too, so adjacent strings are not joined here.
    std::string key = StringTokenValue(cursor_.Peek());
    cursor_.Advance();
    return key;
  }
  std::string key;
  for (const std::string& part : MultipartIdentifier()) key += (key.empty() ? "" : ".") + part;
  return key;
}

std::string Parser::PropertyValue() {
  if (IsString()) return StringLiteral();
  std::string value;
  if (cursor_.IsAny(Kind::kTrue, Kind::kFalse)) {
    value = cursor_.Is(Kind::kTrue) ? "true" : "false";
  } else if (cursor_.IsAny(Kind::kIntegerValue, Kind::kDecimalValue)) {
    value = std::string(cursor_.TextOf(cursor_.Peek()));
  } else {
    cursor_.SyntaxError();
  }
  cursor_.Advance();
  return value;
}

// Nothing when the statement creates something else.
std::optional<plan::Command> Parser::CreateViewStatement() {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  plan::CreateView view;
  view.replace = cursor_.Accept(Kind::kOr, Kind::kReplace);
  view.is_global = cursor_.Is(Kind::kGlobal) && cursor_.Is(Kind::kTemporary, 1);
  if (view.is_global) cursor_.Advance();
  view.is_temporary = cursor_.Accept(Kind::kTemporary);
  if (!cursor_.Accept(Kind::kView)) {
    cursor_.Rewind(begin);
    return std::nullopt;
  }
  if (cursor_.Accept(Kind::kIf, Kind::kNot, Kind::kExists)) view.if_not_exists = true;
  view.name = IdentifierReference();
  if (view.is_temporary && !view.if_not_exists && (cursor_.Is(Kind::kUsing) || StartsColumnTypes())) {
    return CreateViewUsing(std::move(view.name), view.is_global, view.replace, begin);
  }
  if (cursor_.Accept(Kind::kLeftParen)) {
    do {
      std::string column = Identifier();
      std::string comment = cursor_.Accept(Kind::kComment) ? StringLiteral() : "";
      view.column_aliases_and_comments.emplace_back(std::move(column), std::move(comment));
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Expect(Kind::kRightParen);
  }
  bool has_properties = false;
  bool has_schema_binding = false;
  while (!cursor_.Is(Kind::kAs)) {
    if (cursor_.Accept(Kind::kComment)) {
      view.comment = StringLiteral();
    } else if (cursor_.Accept(Kind::kTblproperties)) {
      view.properties = PropertyList();
      has_properties = true;
    } else if (cursor_.Accept(Kind::kWith, Kind::kSchema)) {
      const bool of_types = cursor_.Accept(Kind::kType);
      if (!cursor_.IsAny(Kind::kBinding, Kind::kCompensation, Kind::kEvolution)) cursor_.SyntaxError();
      view.schema_mode = (of_types ? "TYPE " : "") + std::string(TokenText(cursor_.Kind()));
      cursor_.Advance();
      has_schema_binding = true;
    } else if (!view.is_temporary) {
      return Unsupported("CREATE VIEW");  // PARTITIONED ON, metrics, …
    } else if (cursor_.Accept(Kind::kPartitioned, Kind::kOn)) {
      IdentifierList();
    } else {
      cursor_.SyntaxError();
    }
  }
  cursor_.Advance();
  const size_t query_begin = cursor_.position();
  view.query = Query();
  if (!view.is_temporary && view.replace && view.if_not_exists) {
    cursor_.Fail("CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE", {{"viewName", Dotted(view.name)}}, begin);
  }
  const size_t end = cursor_.position();
  view.sql_text = std::string(cursor_.TextBetween(query_begin, end));
  EndOfStatement();
  if (!view.is_temporary) return plan::Command{std::move(view), cursor_.OriginBetween(begin, end)};
  auto fail = [&](const char* condition, ErrorParameters parameters) {
    throw QueryError(condition, std::move(parameters), cursor_.OriginBetween(begin, end), ErrorClass::kParse);
  };
  if (has_properties) {
    fail("_LEGACY_ERROR_TEMP_0035", {{"message", "TBLPROPERTIES can't coexist with CREATE TEMPORARY VIEW"}});
  }
  if (has_schema_binding) {
    fail("UNSUPPORTED_FEATURE.TEMPORARY_VIEW_WITH_SCHEMA_BINDING_MODE", {});
  }
  if (view.if_not_exists) fail("_LEGACY_ERROR_TEMP_0053", {});
  CheckTemporaryName(view.name, begin, end);
  return plan::Command{std::move(view), cursor_.OriginBetween(begin, end)};
}

// A temporary view has one name; session and system.session may stand before it.
void Parser::CheckTemporaryName(Names& name, size_t begin, size_t end) {
  if (name.size() == 1) return;
  auto lower = [](std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
  };
  const bool session = lower(name[name.size() - 2]) == "session" &&
                       (name.size() == 2 || (name.size() == 3 && lower(name[0]) == "system"));
  if (session) {
    name = {name.back()};
    return;
  }
  const Names qualifier(name.begin(), name.end() - 1);
  throw QueryError("INVALID_TEMP_OBJ_QUALIFIER",
                   {{"objectType", "VIEW"},
                    {"objectName", QuoteIdentifier(name.back())},
                    {"qualifier", QuoteIdentifiers(qualifier)}},
                   cursor_.OriginBetween(begin, end), ErrorClass::kParse);
}

// (name type …) and not (name, name COMMENT 'x').
bool Parser::StartsColumnTypes() const {
  return cursor_.Is(Kind::kLeftParen) && IsIdentifier(1) && IsIdentifier(2) && !cursor_.Is(Kind::kComment, 2);
}

// CREATE TEMPORARY VIEW name [(columns)] USING format [OPTIONS (…)]
plan::Command Parser::CreateViewUsing(Names name, bool is_global, bool replace, size_t begin) {
  plan::CreateViewUsing view;
  view.name = std::move(name);
  view.is_global = is_global;
  view.replace = replace;
  if (cursor_.Accept(Kind::kLeftParen)) {
    const size_t at = cursor_.position();
    do {
      ColumnType(false);
    } while (cursor_.Accept(Kind::kComma));
    view.source.schema_text = std::string(cursor_.TextBetween(at, cursor_.position()));
    cursor_.Expect(Kind::kRightParen);
  }
  cursor_.Expect(Kind::kUsing);
  for (const std::string& part : MultipartIdentifier()) {
    view.source.format += (view.source.format.empty() ? "" : ".") + part;
  }
  if (cursor_.Accept(Kind::kOptions)) view.source.options = PropertyList();
  const size_t end = cursor_.position();
  EndOfStatement();
  CheckTemporaryName(view.name, begin, end);
  return plan::Command{std::move(view), cursor_.OriginBetween(begin, end)};
}

// DROP VIEW [IF EXISTS] name
std::optional<plan::Command> Parser::DropViewStatement() {
  if (!cursor_.Is(Kind::kView, 1)) return std::nullopt;
  const size_t begin = cursor_.position();
  cursor_.Accept(Kind::kDrop, Kind::kView);
  plan::DropView drop;
  drop.if_exists = cursor_.Accept(Kind::kIf, Kind::kExists);
  drop.name = IdentifierReference();
  const size_t end = cursor_.position();
  EndOfStatement();
  return plan::Command{std::move(drop), cursor_.OriginBetween(begin, end)};
}

// DROP TEMPORARY FUNCTION [IF EXISTS] name: of the session's own functions
std::optional<plan::Command> Parser::DropFunctionStatement() {
  if (!cursor_.Is(Kind::kTemporary, 1) || !cursor_.Is(Kind::kFunction, 2)) return std::nullopt;
  const size_t begin = cursor_.position();
  for (int word = 0; word < 3; ++word) cursor_.Advance();
  plan::ShowStatement drop;
  drop.statement = "DROP TEMPORARY FUNCTION";
  if (cursor_.Accept(Kind::kIf, Kind::kExists)) drop.arguments.emplace_back("if_exists", "true");
  const size_t name_begin = cursor_.position();
  for (std::string& part : IdentifierReference()) drop.arguments.emplace_back("function", std::move(part));
  drop.name_origin = cursor_.OriginFrom(name_begin);
  EndOfStatement();
  return MakeCommand(std::move(drop), begin);
}

}  // namespace firesteel::sql
