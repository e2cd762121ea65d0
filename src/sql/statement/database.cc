// CREATE, DROP and ALTER DATABASE (SCHEMA, NAMESPACE), COMMENT ON, ANALYZE TABLE.

#include "sql/parser/parser.h"

namespace firesteel::sql {

// CREATE DATABASE [IF NOT EXISTS] name [COMMENT 'c'] [LOCATION 'l'] [WITH (DBPROPERTIES | PROPERTIES) (…)]
std::optional<plan::Command> Parser::CreateDatabaseStatement() {
  const size_t begin = cursor_.position();
  if (!cursor_.Is(Kind::kCreate) || !IsNamespaceWord(1)) return std::nullopt;
  cursor_.Advance();
  cursor_.Advance();
  plan::CreateDatabase create;
  create.if_not_exists = cursor_.Accept(Kind::kIf, Kind::kNot, Kind::kExists);
  create.name = IdentifierReference();
  bool has_properties = false;
  while (true) {
    const char* repeated = nullptr;
    if (cursor_.Is(Kind::kComment) && create.comment) repeated = "COMMENT";
    if (cursor_.Is(Kind::kLocation) && create.location) repeated = "LOCATION";
    if (cursor_.Is(Kind::kWith) && has_properties) repeated = "WITH PROPERTIES";
    has_properties = has_properties || cursor_.Is(Kind::kWith);
    if (repeated) return RepeatedClause(repeated, begin);
    if (cursor_.Accept(Kind::kComment)) {
      create.comment = StringLiteral();
    } else if (cursor_.Accept(Kind::kLocation)) {
      create.location = StringLiteral();
    } else if (cursor_.Accept(Kind::kWith, Kind::kDbproperties) || cursor_.Accept(Kind::kWith, Kind::kProperties)) {
      create.properties = PropertyList();
    } else if (cursor_.IsAny(Kind::kDefault, Kind::kCollation)) {
      return Unsupported("this clause of CREATE DATABASE");
    } else {
      break;
    }
  }
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(create), begin, end);
}

// DROP DATABASE [IF EXISTS] name [RESTRICT | CASCADE]
std::optional<plan::Command> Parser::DropDatabaseStatement() {
  const size_t begin = cursor_.position();
  if (!cursor_.Is(Kind::kDrop) || !IsNamespaceWord(1)) return std::nullopt;
  cursor_.Advance();
  cursor_.Advance();
  plan::DropDatabase drop;
  drop.if_exists = cursor_.Accept(Kind::kIf, Kind::kExists);
  drop.name = IdentifierReference();
  if (!cursor_.Accept(Kind::kRestrict)) drop.cascade = cursor_.Accept(Kind::kCascade);
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(drop), begin, end);
}

// ALTER DATABASE name (SET | UNSET) DBPROPERTIES (…), SET LOCATION 'l'
std::optional<plan::Command> Parser::AlterDatabaseStatement() {
  const size_t begin = cursor_.position();
  if (!cursor_.Is(Kind::kAlter) || !IsNamespaceWord(1)) return std::nullopt;
  cursor_.Advance();
  cursor_.Advance();
  plan::AlterDatabase alter;
  alter.name = IdentifierReference();
  if (cursor_.Accept(Kind::kSet, Kind::kDbproperties) || cursor_.Accept(Kind::kSet, Kind::kProperties)) {
    alter.change = plan::SetProperties{PropertyList()};
  } else if (cursor_.Accept(Kind::kUnset, Kind::kDbproperties) || cursor_.Accept(Kind::kUnset, Kind::kProperties)) {
    plan::UnsetProperties unset;
    for (auto& [key, value] : PropertyList()) unset.keys.push_back(key);
    alter.change = std::move(unset);
  } else if (cursor_.Accept(Kind::kSet, Kind::kLocation)) {
    alter.change = plan::SetLocation{StringLiteral(), false};
  } else {
    if (!cursor_.IsAny(Kind::kSet, Kind::kUnset, Kind::kDefault)) cursor_.SyntaxError();
    return Unsupported("this form of ALTER DATABASE");
  }
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(alter), begin, end);
}

// COMMENT ON (DATABASE | TABLE | COLUMN) name IS ('text' | NULL)
std::optional<plan::Command> Parser::CommentStatement() {
  const size_t begin = cursor_.position();
  if (!cursor_.Accept(Kind::kComment, Kind::kOn)) return std::nullopt;
  plan::CommentOn comment;
  if (cursor_.Accept(Kind::kColumn)) {
    plan::AlterTable alter;
    const size_t at = cursor_.position();
    alter.name = IdentifierReference();
    alter.name_origin = cursor_.OriginFrom(at);
    if (alter.name.size() < 2) cursor_.SyntaxError();
    plan::AlterColumn change;
    change.column = {alter.name.back()};
    alter.name.pop_back();
    cursor_.Expect(Kind::kIs);
    change.comment = cursor_.Accept(Kind::kNull) ? std::string() : StringLiteral();
    alter.change = std::move(change);
    const size_t end = cursor_.position();
    EndOfStatement();
    return CatalogCommand(std::move(alter), begin, end);
  }
  if (IsNamespaceWord(0)) {
    comment.kind = plan::CommentOn::Kind::kDatabase;
  } else if (!cursor_.Is(Kind::kTable)) {
    cursor_.SyntaxError();
  }
  cursor_.Advance();
  const size_t name_begin = cursor_.position();
  comment.name = IdentifierReference();
  comment.name_origin = cursor_.OriginFrom(name_begin);
  cursor_.Expect(Kind::kIs);
  if (!cursor_.Accept(Kind::kNull)) comment.comment = StringLiteral();
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(comment), begin, end);
}

// ANALYZE TABLE name [PARTITION (…)] COMPUTE STATISTICS [NOSCAN | FOR COLUMNS … | FOR ALL COLUMNS]
std::optional<plan::Command> Parser::AnalyzeStatement() {
  const size_t begin = cursor_.position();
  if (!cursor_.Accept(Kind::kAnalyze, Kind::kTable)) {
    cursor_.Rewind(begin);
    return std::nullopt;
  }
  plan::AnalyzeTable analyze;
  const size_t name_begin = cursor_.position();
  analyze.name = IdentifierReference();
  analyze.name_origin = cursor_.OriginFrom(name_begin);
  if (cursor_.Is(Kind::kPartition)) PartitionSpec();
  cursor_.Expect(Kind::kCompute);
  cursor_.Expect(Kind::kStatistics);
  if (cursor_.Accept(Kind::kFor)) {
    if (cursor_.Accept(Kind::kAll)) {
      cursor_.Expect(Kind::kColumns);
    } else {
      cursor_.Expect(Kind::kColumns);
      do {
        analyze.columns.push_back(Identifier());
      } while (cursor_.Accept(Kind::kComma));
    }
  } else if (IsIdentifier()) {
    cursor_.Advance();  // NOSCAN
  }
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(analyze), begin, end);
}

}  // namespace firesteel::sql
