// SHOW …, DESCRIBE … and EXPLAIN: statements that look at things. Their arguments are kept by name; a name of several
// parts is several arguments of the same name.

#include "sql/parser/parser.h"
#include "types/quoting.h"
#include "types/value_text.h"

namespace firesteel::sql {
namespace {

void AddParts(plan::ShowStatement& show, const char* name, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) show.arguments.emplace_back(name, part);
}

std::string LowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

}  // namespace

// [(FROM | IN) name]
void Parser::OptionalNamespace(plan::ShowStatement& show) {
  if (!cursor_.IsAny(Kind::kFrom, Kind::kIn)) return;
  cursor_.Advance();
  AddParts(show, "namespace", IdentifierReference());
}

// [[LIKE] 'pattern']
void Parser::OptionalPattern(plan::ShowStatement& show) {
  const bool like = cursor_.Accept(Kind::kLike);
  if (like || IsString()) show.arguments.emplace_back("pattern", StringLiteral());
}

// SHOW TABLE EXTENDED …, SHOW TBLPROPERTIES t [(key)], SHOW PARTITIONS t [PARTITION (…)], SHOW CREATE TABLE t
std::optional<plan::Command> Parser::ShowTableStatement() {
  const size_t begin = cursor_.position();
  plan::ShowStatement show;
  auto table = [&](size_t words, const char* statement) {
    for (size_t i = 0; i < words; ++i) cursor_.Advance();
    show.statement = statement;
    const size_t at = cursor_.position();
    AddParts(show, "table", IdentifierReference());
    show.name_origin = cursor_.OriginFrom(at);
  };
  if (cursor_.Is(Kind::kTable, 1) && cursor_.Is(Kind::kExtended, 2)) {
    for (int i = 0; i < 3; ++i) cursor_.Advance();
    show.statement = "SHOW TABLE EXTENDED";
    OptionalNamespace(show);
    cursor_.Expect(Kind::kLike);
    show.arguments.emplace_back("pattern", StringLiteral());
    if (cursor_.Is(Kind::kPartition)) return Unsupported("SHOW TABLE EXTENDED … PARTITION");
    if (cursor_.Is(Kind::kAs)) return Unsupported("SHOW TABLE EXTENDED AS JSON");
  } else if (cursor_.Is(Kind::kTblproperties, 1)) {
    table(2, "SHOW TBLPROPERTIES");
    if (cursor_.Accept(Kind::kLeftParen)) {
      show.arguments.emplace_back("key", PropertyKey());
      cursor_.Expect(Kind::kRightParen);
    }
  } else if (cursor_.Is(Kind::kPartitions, 1)) {
    table(2, "SHOW PARTITIONS");
    if (cursor_.Is(Kind::kPartition)) {
      for (const auto& [column, value] : PartitionSpec()) {
        const auto* literal = value ? value->As<plan::Literal>() : nullptr;
        if (!literal) return Unsupported("SHOW PARTITIONS with such a PARTITION clause");
        show.arguments.emplace_back("partition." + column,
                                    CastText(literal->value.type, literal->value.value, options_.session_time_zone));
      }
    }
  } else if (cursor_.Is(Kind::kCreate, 1) && cursor_.Is(Kind::kTable, 2)) {
    table(3, "SHOW CREATE TABLE");
    if (cursor_.Accept(Kind::kAs)) {
      cursor_.Expect(Kind::kSerde);
      show.arguments.emplace_back("serde", "true");
    }
  } else {
    return std::nullopt;
  }
  const size_t end = cursor_.position();
  EndOfStatement();
  return plan::Command{std::move(show), cursor_.OriginBetween(begin, end)};
}

std::optional<plan::Command> Parser::ShowStatement() {
  const size_t begin = cursor_.position();
  plan::ShowStatement show;
  switch (cursor_.Kind(1)) {
    case Kind::kTables:
      show.statement = "SHOW TABLES";
      break;
    case Kind::kViews:
      show.statement = "SHOW VIEWS";
      break;
    case Kind::kDatabases:
    case Kind::kSchemas:
    case Kind::kNamespaces:
      show.statement = "SHOW DATABASES";
      break;
    case Kind::kCatalogs:
      show.statement = "SHOW CATALOGS";
      break;
    case Kind::kColumns:
      show.statement = "SHOW COLUMNS";
      break;
    case Kind::kFunctions:
      show.statement = "SHOW FUNCTIONS";
      break;
    case Kind::kCurrent:
      if (!IsNamespaceWord(2)) return std::nullopt;
      cursor_.Advance();
      cursor_.Advance();
      cursor_.Advance();
      EndOfStatement();
      show.statement = "SHOW CURRENT NAMESPACE";
      return MakeCommand(std::move(show), begin);
    default:
      if (!IsIdentifier(1) || !cursor_.Is(Kind::kFunctions, 2)) return std::nullopt;
      show.statement = "SHOW FUNCTIONS";
      break;
  }
  cursor_.Advance();
  if (show.statement == "SHOW FUNCTIONS") {
    std::string scope = "all";
    if (!cursor_.Is(Kind::kFunctions) || cursor_.Is(Kind::kFunctions, 1)) scope = LowerCase(Identifier());
    cursor_.Advance();
    if (scope != "all" && scope != "user" && scope != "system") {
      cursor_.Fail("INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE", {{"scope", QuoteIdentifier(scope)}}, begin);
    }
    show.arguments.emplace_back("scope", scope);
    OptionalNamespace(show);
    if (cursor_.Is(Kind::kLike) || IsString()) {
      const bool like = cursor_.Accept(Kind::kLike);
      if (!like || IsString()) {
        show.arguments.emplace_back("pattern", StringLiteral());
      } else {
        AddParts(show, "function", MultipartIdentifier());
      }
    } else if (IsIdentifier()) {
      AddParts(show, "function", MultipartIdentifier());
    }
  } else if (show.statement == "SHOW COLUMNS") {
    cursor_.Advance();
    if (!cursor_.IsAny(Kind::kFrom, Kind::kIn)) cursor_.SyntaxError();
    cursor_.Advance();
    const size_t at = cursor_.position();
    AddParts(show, "table", IdentifierReference());
    show.name_origin = cursor_.OriginFrom(at);
    OptionalNamespace(show);
  } else {
    cursor_.Advance();
    if (show.statement != "SHOW CATALOGS") OptionalNamespace(show);
    OptionalPattern(show);
    if (show.statement == "SHOW TABLES" && cursor_.Is(Kind::kAs) && cursor_.Is(Kind::kJson, 1)) {
      ThrowUnsupported("SHOW TABLES AS JSON", cursor_.OriginFrom(begin));
    }
  }
  const size_t end = cursor_.position();
  EndOfStatement();
  return plan::Command{std::move(show), cursor_.OriginBetween(begin, end)};
}

bool Parser::IsNamespaceWord(size_t ahead) const {
  return cursor_.Is(Kind::kDatabase, ahead) || cursor_.Is(Kind::kSchema, ahead) || cursor_.Is(Kind::kNamespace, ahead);
}

// DESCRIBE FUNCTION | QUERY | DATABASE | [TABLE] …
std::optional<plan::Command> Parser::DescribeStatement() {
  const size_t begin = cursor_.position();
  plan::ShowStatement show;
  auto extended = [&] {
    if (!cursor_.IsAny(Kind::kExtended, Kind::kFormatted)) return;
    const Kind next = cursor_.Kind(1);
    if (next == Kind::kEndOfInput || next == Kind::kSemicolon || next == Kind::kDot) return;
    cursor_.Advance();
    show.arguments.emplace_back("extended", "true");
  };
  const bool more = !cursor_.Is(Kind::kEndOfInput, 2) && !cursor_.Is(Kind::kDot, 2) && !cursor_.Is(Kind::kSemicolon, 2);
  if (cursor_.Is(Kind::kFunction, 1) && more) {
    cursor_.Rewind(begin + 2);
    show.statement = "DESCRIBE FUNCTION";
    extended();
    const size_t at = cursor_.position();
    if (IsString()) {
      show.arguments.emplace_back("function", StringLiteral());
    } else if (IsIdentifier()) {
      AddParts(show, "function", IdentifierReference());
    } else {
      show.arguments.emplace_back("function", std::string(cursor_.TextOf(cursor_.Peek())));
      cursor_.Advance();
    }
    show.name_origin = cursor_.OriginFrom(at);
  } else if (cursor_.Is(Kind::kProcedure, 1) && more) {
    return std::nullopt;
  } else if (IsNamespaceWord(1) && more) {
    cursor_.Rewind(begin + 2);
    show.statement = "DESCRIBE DATABASE";
    extended();
    AddParts(show, "namespace", IdentifierReference());
  } else {
    const bool query_word = cursor_.Is(Kind::kQuery, 1) && StartsQuery(begin + 2);
    const size_t at = begin + (query_word ? 2 : 1);
    cursor_.Rewind(at);
    if (query_word || StartsQuery(at)) {
      const bool table = cursor_.Is(Kind::kTable) && !query_word;
      if (!table) {
        show.statement = "DESCRIBE QUERY";
        show.query = Query();
        show.arguments.emplace_back("text", std::string(cursor_.TextBetween(at, cursor_.position())));
        EndOfStatement();
        return MakeCommand(std::move(show), begin);
      }
    }
    show.statement = "DESCRIBE TABLE";
    if (cursor_.Is(Kind::kTable) && IsIdentifier(1)) cursor_.Advance();
    extended();
    const size_t name_begin = cursor_.position();
    AddParts(show, "table", IdentifierReference());
    show.name_origin = cursor_.OriginFrom(name_begin);
    if (cursor_.Is(Kind::kPartition) && cursor_.Is(Kind::kLeftParen, 1)) {
      for (const auto& [column, value] : PartitionSpec()) {
        const auto* literal = value ? value->As<plan::Literal>() : nullptr;
        if (!literal) return Unsupported("DESCRIBE TABLE with such a PARTITION clause");
        show.arguments.emplace_back("partition." + column,
                                    CastText(literal->value.type, literal->value.value, options_.session_time_zone));
      }
    }
    if (cursor_.Is(Kind::kAs) && cursor_.Is(Kind::kJson, 1)) {
      cursor_.Advance();
      cursor_.Advance();
      if (!show.arguments.empty() && show.arguments[0].first != "extended") {
        throw QueryError("DESCRIBE_JSON_NOT_EXTENDED", {{"tableName", show.arguments.back().second}}, WholeText(),
                         ErrorClass::kParse);
      }
      show.arguments.emplace_back("json", "true");
    } else if (IsIdentifier()) {
      AddParts(show, "column", MultipartIdentifier());
    }
  }
  const size_t end = cursor_.position();
  EndOfStatement();
  return plan::Command{std::move(show), cursor_.OriginBetween(begin, end)};
}

// EXPLAIN [EXTENDED | CODEGEN | COST | FORMATTED] statement
plan::Command Parser::ExplainStatement() {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  plan::ExplainQuery explain;
  switch (cursor_.Kind()) {
    case Kind::kLogical:
    case Kind::kExtended:
    case Kind::kCodegen:
    case Kind::kCost:
    case Kind::kFormatted:
      explain.mode = LowerCase(std::string(TokenText(cursor_.Kind())));
      cursor_.Advance();
      break;
    default:
      break;
  }
  plan::Command inner = Statement();
  if (explain.mode == "logical") {
    cursor_.Fail("INVALID_STATEMENT_OR_CLAUSE", {{"operation", "EXPLAIN LOGICAL"}}, begin);
  }
  auto* query = std::get_if<plan::Query>(&inner.node);
  if (!query) return Unsupported("EXPLAIN of a statement that is no query");
  explain.query = std::move(query->relation);
  return MakeCommand(std::move(explain), begin);
}

}  // namespace firesteel::sql
