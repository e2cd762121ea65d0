// One statement: chooses the family by its first words.

#include <algorithm>

#include "sql/parser/parser.h"

namespace firesteel::sql {

plan::Command Parser::SingleStatement() {
  plan::Command command = Statement();
  return command;
}

void Parser::EndOfStatement() {
  while (cursor_.Accept(Kind::kSemicolon)) {
  }
  EndOfText();
}

plan::Command Parser::QueryStatement() {
  const size_t begin = cursor_.position();
  plan::Command command;
  command.node = plan::Query{Query()};
  EndOfStatement();
  command.origin = cursor_.OriginFrom(begin);
  return command;
}

plan::Command Parser::Statement() {
  const size_t begin = cursor_.position();
  if (StartsQuery(begin)) {
    if (std::optional<plan::Command> dml = DmlWithPrefix()) return std::move(*dml);
    return QueryStatement();
  }
  if (std::optional<plan::Command> insert = InsertDirectoryStatement(std::nullopt, begin)) return std::move(*insert);
  if (std::optional<plan::Command> command = CatalogStatement()) return std::move(*command);
  switch (cursor_.Kind()) {
    case Kind::kCreate:
      if (std::optional<plan::Command> view = CreateViewStatement()) return std::move(*view);
      break;
    case Kind::kDrop:
      if (std::optional<plan::Command> drop = DropViewStatement()) return std::move(*drop);
      if (std::optional<plan::Command> drop = DropFunctionStatement()) return std::move(*drop);
      if (std::optional<plan::Command> drop = DropVariableStatement()) return std::move(*drop);
      break;
    case Kind::kDeclare:
      return DeclareStatement();
    case Kind::kExecute:
      if (cursor_.Is(Kind::kImmediate, 1)) return ExecuteImmediateStatement();
      break;
    case Kind::kSet:
      return SetStatement();
    case Kind::kReset:
      return ResetStatement();
    case Kind::kExplain:
      return ExplainStatement();
    case Kind::kShow:
      if (std::optional<plan::Command> show = ShowStatement()) return std::move(*show);
      break;
    case Kind::kDesc:
    case Kind::kDescribe:
      if (std::optional<plan::Command> describe = DescribeStatement()) return std::move(*describe);
      break;
    case Kind::kUse:
      return UseStatement();
    case Kind::kCache:
    case Kind::kUncache:
    case Kind::kClear:
      return CacheStatement();
    case Kind::kRefresh:
      return RefreshStatement();
    case Kind::kSelect:
    case Kind::kLeftParen:
    case Kind::kFrom:
    case Kind::kValues:
    case Kind::kTable:
    case Kind::kWith:
      return QueryStatement();  // its syntax error is the better one
    default:
      break;
  }
  if (std::optional<plan::Command> known = KnownStatement()) return std::move(*known);
  cursor_.SyntaxError();
}

// About tables, persistent views and databases; nothing for other statements and for a head without more.
std::optional<plan::Command> Parser::CatalogStatement() {
  const size_t begin = cursor_.position();
  if (cursor_.Is(Kind::kEndOfInput, 2)) return std::nullopt;
  switch (cursor_.Kind()) {
    case Kind::kCreate:
      if (std::optional<plan::Command> database = CreateDatabaseStatement()) return database;
      return CreateTableStatement();
    case Kind::kReplace:
      return CreateTableStatement();
    case Kind::kInsert:
      return InsertStatement(std::nullopt, begin);
    case Kind::kTruncate:
      if (cursor_.Is(Kind::kTable, 1)) return TruncateStatement();
      return std::nullopt;
    case Kind::kDelete:
    case Kind::kUpdate:
    case Kind::kMerge:
      return RowChangeStatement();
    case Kind::kDrop:
      if (std::optional<plan::Command> database = DropDatabaseStatement()) return database;
      return DropTableStatement();
    case Kind::kAlter:
      if (std::optional<plan::Command> database = AlterDatabaseStatement()) return database;
      return AlterStatement();
    case Kind::kComment:
      return CommentStatement();
    case Kind::kAnalyze:
      return AnalyzeStatement();
    case Kind::kMsck:
      if (cursor_.Is(Kind::kRepair, 1) && cursor_.Is(Kind::kTable, 2)) return RepairTableStatement();
      return std::nullopt;
    case Kind::kRepair:
      if (cursor_.Is(Kind::kTable, 1)) return RepairTableStatement();
      return std::nullopt;
    case Kind::kShow:
      return ShowTableStatement();
    default:
      return std::nullopt;
  }
}

// WITH … INSERT, and FROM t INSERT …: statements that begin as queries do.
std::optional<plan::Command> Parser::DmlWithPrefix() {
  if (!cursor_.IsAny(Kind::kWith, Kind::kFrom)) return std::nullopt;
  for (size_t i = cursor_.position() + 1; cursor_.KindAt(i) != Kind::kEndOfInput; ++i) {
    if (std::optional<size_t> behind = cursor_.BehindGroup(i)) {
      i = *behind - 1;
      continue;
    }
    const Kind next = cursor_.KindAt(i + 1);
    switch (cursor_.KindAt(i)) {
      case Kind::kInsert:
        if (next != Kind::kInto && next != Kind::kOverwrite && next != Kind::kWith) break;
        if (cursor_.Is(Kind::kFrom)) return Unsupported("FROM … INSERT");
        {
          const size_t begin = cursor_.position();
          plan::With with = CommonTableExpressions();
          if (!cursor_.Is(Kind::kInsert)) return Unsupported("INSERT");
          if (next == Kind::kOverwrite) {
            const size_t insert = cursor_.position();
            if (auto directory = InsertDirectoryStatement(with, begin)) return directory;
            cursor_.Rewind(insert);
          }
          return InsertStatement(std::move(with), begin);
        }
      case Kind::kMerge:
        if (next == Kind::kInto || next == Kind::kWith) return Unsupported("MERGE INTO");
        break;
      case Kind::kDelete:
        if (next == Kind::kFrom) return Unsupported("DELETE");
        break;
      case Kind::kUpdate:
        if (IsIdentifierAt(i + 1) && cursor_.KindAt(i - 1) == Kind::kRightParen) return Unsupported("UPDATE");
        break;
      default:
        break;
    }
  }
  return std::nullopt;
}

plan::Command Parser::Unsupported(std::string what) {
  plan::Command command;
  command.node = plan::UnsupportedCommand{std::move(what)};
  command.origin = cursor_.OriginFrom(cursor_.position());
  return command;
}

// Everything of Spark's that is known by its first words only.
std::optional<plan::Command> Parser::KnownStatement() {
  struct Head {
    std::vector<Kind> words;
    const char* what;
  };
  static const std::vector<Head> kHeads = {
      {{Kind::kInsert, Kind::kInto}, "INSERT INTO"},
      {{Kind::kInsert, Kind::kOverwrite}, "INSERT OVERWRITE"},
      {{Kind::kInsert, Kind::kWith, Kind::kSchema}, "INSERT"},
      {{Kind::kMerge, Kind::kInto}, "MERGE INTO"},
      {{Kind::kMerge, Kind::kWith}, "MERGE INTO"},
      {{Kind::kDelete, Kind::kFrom}, "DELETE"},
      {{Kind::kBegin}, "a SQL script (BEGIN … END)"},
      {{Kind::kCreate, Kind::kOr, Kind::kReplace, Kind::kTable}, "CREATE OR REPLACE TABLE"},
      {{Kind::kCreate, Kind::kOr, Kind::kReplace, Kind::kTemporary, Kind::kFunction}, "CREATE FUNCTION"},
      {{Kind::kCreate, Kind::kOr, Kind::kReplace, Kind::kFunction}, "CREATE FUNCTION"},
      {{Kind::kCreate, Kind::kOr, Kind::kReplace, Kind::kView}, "CREATE VIEW"},
      {{Kind::kCreate, Kind::kTemporary, Kind::kFunction}, "CREATE FUNCTION"},
      {{Kind::kCreate, Kind::kTemporary, Kind::kTable}, "CREATE TEMPORARY TABLE"},
      {{Kind::kCreate, Kind::kTemporary, Kind::kMacro}, "CREATE TEMPORARY MACRO"},
      {{Kind::kCreate, Kind::kExternal, Kind::kTable}, "CREATE EXTERNAL TABLE"},
      {{Kind::kCreate, Kind::kTable}, "CREATE TABLE"},
      {{Kind::kCreate, Kind::kView}, "CREATE VIEW"},
      {{Kind::kCreate, Kind::kFunction}, "CREATE FUNCTION"},
      {{Kind::kCreate, Kind::kDatabase}, "CREATE DATABASE"},
      {{Kind::kCreate, Kind::kSchema}, "CREATE SCHEMA"},
      {{Kind::kCreate, Kind::kNamespace}, "CREATE NAMESPACE"},
      {{Kind::kCreate, Kind::kIndex}, "CREATE INDEX"},
      {{Kind::kCreate, Kind::kRole}, "CREATE ROLE"},
      {{Kind::kCreate, Kind::kMaterialized, Kind::kView}, "CREATE MATERIALIZED VIEW"},
      {{Kind::kCreate, Kind::kStreaming, Kind::kTable}, "CREATE STREAMING TABLE"},
      {{Kind::kCreate, Kind::kFlow}, "CREATE FLOW"},
      {{Kind::kReplace, Kind::kTable}, "REPLACE TABLE"},
      {{Kind::kAlter, Kind::kTable}, "ALTER TABLE"},
      {{Kind::kAlter, Kind::kView}, "ALTER VIEW"},
      {{Kind::kAlter, Kind::kDatabase}, "ALTER DATABASE"},
      {{Kind::kAlter, Kind::kSchema}, "ALTER SCHEMA"},
      {{Kind::kAlter, Kind::kNamespace}, "ALTER NAMESPACE"},
      {{Kind::kAlter, Kind::kIndex}, "ALTER INDEX"},
      {{Kind::kDrop, Kind::kTable}, "DROP TABLE"},
      {{Kind::kDrop, Kind::kDatabase}, "DROP DATABASE"},
      {{Kind::kDrop, Kind::kSchema}, "DROP SCHEMA"},
      {{Kind::kDrop, Kind::kNamespace}, "DROP NAMESPACE"},
      {{Kind::kDrop, Kind::kFunction}, "DROP FUNCTION"},
      {{Kind::kDrop, Kind::kTemporary, Kind::kMacro}, "DROP TEMPORARY MACRO"},
      {{Kind::kDrop, Kind::kIndex}, "DROP INDEX"},
      {{Kind::kDrop, Kind::kRole}, "DROP ROLE"},
      {{Kind::kOpen}, "OPEN"},
      {{Kind::kFetch}, "FETCH"},
      {{Kind::kClose}, "CLOSE"},
      {{Kind::kAnalyze, Kind::kTable}, "ANALYZE TABLE"},
      {{Kind::kAnalyze, Kind::kTables}, "ANALYZE TABLES"},
      {{Kind::kShow, Kind::kTable, Kind::kExtended}, "SHOW TABLE EXTENDED"},
      {{Kind::kShow, Kind::kTblproperties}, "SHOW TBLPROPERTIES"},
      {{Kind::kShow, Kind::kPartitions}, "SHOW PARTITIONS"},
      {{Kind::kShow, Kind::kProcedures}, "SHOW PROCEDURES"},
      {{Kind::kShow, Kind::kCreate, Kind::kTable}, "SHOW CREATE TABLE"},
      {{Kind::kShow, Kind::kCollations}, "SHOW COLLATIONS"},
      {{Kind::kShow, Kind::kGrant}, "SHOW GRANT"},
      {{Kind::kShow, Kind::kRole}, "SHOW ROLE"},
      {{Kind::kShow, Kind::kPrincipals}, "SHOW PRINCIPALS"},
      {{Kind::kShow, Kind::kRoles}, "SHOW ROLES"},
      {{Kind::kShow, Kind::kCurrent, Kind::kRoles}, "SHOW CURRENT ROLES"},
      {{Kind::kShow, Kind::kCompactions}, "SHOW COMPACTIONS"},
      {{Kind::kShow, Kind::kTransactions}, "SHOW TRANSACTIONS"},
      {{Kind::kShow, Kind::kIndexes}, "SHOW INDEXES"},
      {{Kind::kShow, Kind::kLocks}, "SHOW LOCKS"},
      {{Kind::kDescribe, Kind::kProcedure}, "DESCRIBE PROCEDURE"},
      {{Kind::kDesc, Kind::kProcedure}, "DESCRIBE PROCEDURE"},
      {{Kind::kComment, Kind::kOn}, "COMMENT ON"},
      {{Kind::kLoad, Kind::kData}, "LOAD DATA"},
      {{Kind::kTruncate, Kind::kTable}, "TRUNCATE TABLE"},
      {{Kind::kMsck, Kind::kRepair}, "MSCK REPAIR TABLE"},
      {{Kind::kRepair, Kind::kTable}, "REPAIR TABLE"},
      {{Kind::kCall}, "CALL"},
      {{Kind::kGrant}, "GRANT"},
      {{Kind::kRevoke}, "REVOKE"},
      {{Kind::kExport, Kind::kTable}, "EXPORT TABLE"},
      {{Kind::kImport, Kind::kTable}, "IMPORT TABLE"},
      {{Kind::kLock, Kind::kTable}, "LOCK TABLE"},
      {{Kind::kLock, Kind::kDatabase}, "LOCK DATABASE"},
      {{Kind::kUnlock, Kind::kTable}, "UNLOCK TABLE"},
      {{Kind::kUnlock, Kind::kDatabase}, "UNLOCK DATABASE"},
      {{Kind::kStart, Kind::kTransaction}, "START TRANSACTION"},
      {{Kind::kCommit}, "COMMIT"},
      {{Kind::kRollback}, "ROLLBACK"},
      {{Kind::kDfs}, "DFS"},
  };
  const size_t begin = cursor_.position();
  size_t longest = 0;
  for (const Head& head : kHeads) {
    size_t matched = 0;
    while (matched < head.words.size() && cursor_.KindAt(begin + matched) == head.words[matched]) ++matched;
    longest = std::max(longest, matched);
    if (matched < head.words.size()) continue;
    // A head alone is not a statement, but for the few that are complete.
    static constexpr Kind kComplete[] = {Kind::kCommit, Kind::kRollback, Kind::kDfs, Kind::kGrant, Kind::kRevoke};
    bool complete = cursor_.KindAt(begin) == Kind::kShow || cursor_.KindAt(begin) == Kind::kStart;
    for (Kind kind : kComplete) complete = complete || cursor_.KindAt(begin) == kind;
    if (!complete && cursor_.KindAt(begin + matched) == Kind::kEndOfInput) cursor_.SyntaxErrorAt(begin + matched);
    return Unsupported(head.what);
  }
  if (cursor_.Is(Kind::kShow) && longest == 1 && IsIdentifier(1)) {
    const bool could_follow =
        cursor_.Is(Kind::kEndOfInput, 2) || cursor_.Is(Kind::kFrom, 2) || cursor_.Is(Kind::kIn, 2);
    cursor_.SyntaxErrorAt(begin + 2, could_follow ? ": missing 'FUNCTIONS'" : "");
  }
  if (cursor_.Is(Kind::kDelete) && IsIdentifier(1)) cursor_.SyntaxErrorAt(begin + 1, ": missing 'FROM'");
  if (cursor_.Is(Kind::kUpdate) && IsIdentifier(1)) return Unsupported("UPDATE");
  if (cursor_.IsAny(Kind::kAdd, Kind::kList) && IsIdentifier(1)) {
    return Unsupported(std::string(TokenText(cursor_.Kind())) + " resources");
  }
  if (longest > 0) cursor_.SyntaxErrorAt(begin + longest);  // the first word that fits no statement
  return std::nullopt;
}

}  // namespace firesteel::sql
