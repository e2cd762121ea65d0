// USE, CACHE, UNCACHE, CLEAR CACHE, REFRESH.

#include <algorithm>

#include "sql/parser/parser.h"

namespace firesteel::sql {

plan::Command Parser::UseStatement() {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  plan::ShowStatement use;
  use.statement = "USE";
  if (IsNamespaceWord(0) && IsIdentifier(1)) {
    cursor_.Advance();
    use.statement = "USE NAMESPACE";
  }
  for (std::string& part : IdentifierReference()) use.arguments.emplace_back("namespace", std::move(part));
  const size_t end = cursor_.position();
  EndOfStatement();
  return plan::Command{std::move(use), cursor_.OriginBetween(begin, end)};
}

plan::Command Parser::CacheStatement() {
  size_t begin = cursor_.position();
  plan::ShowStatement cache;
  if (cursor_.Accept(Kind::kClear)) {
    cursor_.Expect(Kind::kCache, cursor_.Is(Kind::kEndOfInput));
    cache.statement = "CLEAR CACHE";
  } else if (cursor_.Accept(Kind::kUncache)) {
    cursor_.Expect(Kind::kTable, IsIdentifier());
    cache.statement = "UNCACHE TABLE";
    if (cursor_.Accept(Kind::kIf, Kind::kExists)) cache.arguments.emplace_back("if_exists", "true");
    begin = cursor_.position();  // errors are about the table
    for (std::string& part : IdentifierReference()) cache.arguments.emplace_back("table", std::move(part));
  } else {
    cursor_.Advance();
    if (cursor_.Accept(Kind::kLazy)) cache.arguments.emplace_back("lazy", "true");
    cursor_.Expect(Kind::kTable);
    cache.statement = "CACHE TABLE";
    const size_t table = cursor_.position();
    for (std::string& part : IdentifierReference()) cache.arguments.emplace_back("table", std::move(part));
    if (cursor_.Accept(Kind::kOptions)) {
      for (auto& [key, value] : PropertyList()) cache.arguments.emplace_back("option." + key, std::move(value));
    }
    if (!cursor_.IsAny(Kind::kEndOfInput, Kind::kSemicolon)) {
      cursor_.Accept(Kind::kAs);
      const size_t at = cursor_.position();
      cache.query = Query();
      cache.arguments.emplace_back("text", std::string(cursor_.TextBetween(at, cursor_.position())));
    } else {
      begin = table;
    }
  }
  const size_t end = cursor_.position();
  EndOfStatement();
  return plan::Command{std::move(cache), cursor_.OriginBetween(begin, end)};
}

// REFRESH TABLE t, REFRESH FUNCTION f, REFRESH 'path', REFRESH path
plan::Command Parser::RefreshStatement() {
  const size_t begin = cursor_.position();
  cursor_.Advance();
  plan::ShowStatement refresh;
  if (cursor_.IsAny(Kind::kTable, Kind::kFunction) && IsIdentifier(1)) {
    const bool table = cursor_.Is(Kind::kTable);
    cursor_.Advance();
    refresh.statement = table ? "REFRESH TABLE" : "REFRESH FUNCTION";
    const size_t name_begin = cursor_.position();
    for (std::string& part : IdentifierReference()) {
      refresh.arguments.emplace_back(table ? "table" : "function", std::move(part));
    }
    refresh.name_origin = cursor_.OriginFrom(name_begin);
    EndOfStatement();
    return MakeCommand(std::move(refresh), begin);
  }
  refresh.statement = "REFRESH";
  if (IsString()) {
    refresh.arguments.emplace_back("path", StringLiteral());
    EndOfStatement();
    return MakeCommand(std::move(refresh), begin);
  }
  size_t end = cursor_.position();
  while (cursor_.KindAt(end) != Kind::kEndOfInput && cursor_.KindAt(end) != Kind::kSemicolon) ++end;
  const std::string path(cursor_.TextBetween(cursor_.position(), end));
  if (path.empty() || path.find_first_of(" \t\n\r") != std::string::npos) {
    throw QueryError(path.empty() ? "INVALID_SQL_SYNTAX.EMPTY_REFRESH_RESOURCE_PATH"
                                  : "INVALID_SQL_SYNTAX.INVALID_REFRESH_RESOURCE_PATH",
                     {}, cursor_.OriginBetween(begin, std::max(end, begin + 1)), ErrorClass::kParse);
  }
  refresh.arguments.emplace_back("path", path);
  cursor_.Rewind(end);
  EndOfStatement();
  return MakeCommand(std::move(refresh), begin);
}

}  // namespace firesteel::sql
