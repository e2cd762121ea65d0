// CREATE TABLE in its forms: with columns, AS a query, LIKE another table.

#include "sql/parser/parser.h"
#include "types/field_metadata.h"

namespace firesteel::sql {

// name type [NOT NULL] [DEFAULT value] [GENERATED …] [COMMENT 'text'], in any order behind the type
plan::ColumnDefinition Parser::ColumnDefinition() {
  plan::ColumnDefinition column;
  column.field.name = CheckedIdentifier();
  column.name = {column.field.name};
  column.field.type = Type();
  while (true) {
    if (cursor_.IsAny(Kind::kNot, Kind::kBang)) {
      cursor_.Advance();
      cursor_.Expect(Kind::kNull);
      column.field.nullable = false;
    } else if (cursor_.Accept(Kind::kComment)) {
      column.field.metadata = WithMetadataText(column.field.metadata, "comment", StringLiteral());
    } else if (cursor_.Is(Kind::kDefault)) {
      cursor_.Advance();
      const size_t begin = cursor_.position();
      column.default_value = Expression();
      column.default_text = std::string(cursor_.TextBetween(begin, cursor_.position()));
    } else if (cursor_.Is(Kind::kGenerated)) {
      cursor_.Advance();
      if (cursor_.Accept(Kind::kBy)) {
        cursor_.Expect(Kind::kDefault);
      } else {
        cursor_.Expect(Kind::kAlways);
      }
      cursor_.Expect(Kind::kAs);
      column.is_identity = cursor_.Accept(Kind::kIdentity);
      column.is_generated = !column.is_identity;
      if (column.is_generated || cursor_.Is(Kind::kLeftParen)) SkipGroup();
    } else {
      return column;
    }
  }
}

// ( … ), whatever stands in it.
void Parser::SkipGroup() {
  if (!cursor_.Is(Kind::kLeftParen)) cursor_.SyntaxError();
  const std::optional<size_t> behind = cursor_.BehindGroup(cursor_.position());
  if (!behind) cursor_.SyntaxErrorAt(cursor_.position() + 1);
  cursor_.Rewind(*behind);
}

// USING, OPTIONS, PARTITIONED BY, COMMENT, LOCATION, TBLPROPERTIES in any order. False at a clause that is not known.
bool Parser::TableClauses(plan::TableClauses& clauses, size_t begin) {
  while (true) {
    const char* repeated = nullptr;
    if (cursor_.Is(Kind::kOptions) && !clauses.options.empty()) repeated = "OPTIONS";
    if (cursor_.Is(Kind::kTblproperties) && !clauses.properties.empty()) repeated = "TBLPROPERTIES";
    if (cursor_.Is(Kind::kComment) && clauses.comment) repeated = "COMMENT";
    if (cursor_.Is(Kind::kLocation) && clauses.location) repeated = "LOCATION";
    if (cursor_.Is(Kind::kPartitioned) && (!clauses.partition_columns.empty() || clauses.has_transforms)) {
      repeated = "PARTITIONED BY";
    }
    if (repeated) RepeatedClause(repeated, begin);
    if (cursor_.Is(Kind::kUsing)) {
      cursor_.Advance();
      std::string provider;
      for (const std::string& part : MultipartIdentifier()) provider += (provider.empty() ? "" : ".") + part;
      clauses.provider = provider;
    } else if (cursor_.Is(Kind::kOptions) && cursor_.Is(Kind::kLeftParen, 1)) {
      cursor_.Advance();
      clauses.options = PropertyList();
    } else if (cursor_.Accept(Kind::kTblproperties)) {
      clauses.properties = PropertyList();
    } else if (cursor_.Is(Kind::kComment) && IsString(1)) {
      cursor_.Advance();
      clauses.comment = StringLiteral();
    } else if (cursor_.Is(Kind::kLocation) && IsString(1)) {
      cursor_.Advance();
      clauses.location = StringLiteral();
    } else if (cursor_.Is(Kind::kPartitioned)) {
      cursor_.Advance();
      cursor_.Expect(Kind::kBy);
      cursor_.Expect(Kind::kLeftParen);
      do {
        if (IsIdentifier() && cursor_.Is(Kind::kLeftParen, 1)) {
          clauses.has_transforms = true;
          const size_t at = cursor_.position();
          cursor_.Advance();
          SkipGroup();
          if (clauses.transform.empty()) clauses.transform = std::string(cursor_.TextBetween(at, cursor_.position()));
        } else if (cursor_.Is(Kind::kComma, 1) || cursor_.Is(Kind::kRightParen, 1)) {
          clauses.partition_columns.push_back(Identifier());
        } else if (cursor_.Is(Kind::kDot, 1)) {
          MultipartIdentifier();
          clauses.has_transforms = true;
        } else {
          clauses.partition_definitions.push_back(ColumnType(false));
          clauses.partition_columns.push_back(clauses.partition_definitions.back().name);
        }
      } while (cursor_.Accept(Kind::kComma));
      cursor_.Expect(Kind::kRightParen);
    } else if (cursor_.Accept(Kind::kClustered)) {
      cursor_.Expect(Kind::kBy);
      clauses.buckets.columns = IdentifierList();
      if (cursor_.Accept(Kind::kSorted)) {
        cursor_.Expect(Kind::kBy);
        cursor_.Expect(Kind::kLeftParen);
        do {
          clauses.buckets.sort_columns.push_back(Identifier());
          if (cursor_.Is(Kind::kDesc)) return false;
          cursor_.Accept(Kind::kAsc);
        } while (cursor_.Accept(Kind::kComma));
        cursor_.Expect(Kind::kRightParen);
      }
      cursor_.Expect(Kind::kInto);
      if (!cursor_.Is(Kind::kIntegerValue)) cursor_.SyntaxError();
      clauses.buckets.count = std::atoi(std::string(cursor_.TextOf(cursor_.Peek())).c_str());
      cursor_.Advance();
      cursor_.Expect(Kind::kBuckets);
    } else if (cursor_.Is(Kind::kStored) || (cursor_.Is(Kind::kRow) && cursor_.Is(Kind::kFormat, 1))) {
      throw QueryError("NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT", {{"cmd", "CREATE Hive TABLE (AS SELECT)"}});
    } else {
      return !cursor_.IsAny(Kind::kCluster, Kind::kRow, Kind::kStored, Kind::kSkewed, Kind::kCollation) &&
             !(cursor_.Is(Kind::kDefault) && cursor_.Is(Kind::kCollation, 1));
    }
  }
}

// PRIMARY KEY, CHECK, …: Spark's own tables have none.
plan::Command Parser::TableConstraint(const plan::Name& table) {
  plan::CreateTable create;
  create.name = table;
  create.has_constraint = true;
  while (!cursor_.IsAny(Kind::kEndOfInput, Kind::kSemicolon)) cursor_.Advance();
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(create), 0, end);
}

// The statement is read to its end, for the error's place is all of it.
plan::Command Parser::RepeatedClause(const char* clause, size_t begin) {
  while (!cursor_.IsAny(Kind::kEndOfInput, Kind::kSemicolon)) cursor_.Advance();
  cursor_.Fail("DUPLICATE_CLAUSES", {{"clauseName", clause}}, begin);
}

// CREATE [OR REPLACE] [EXTERNAL] TABLE and REPLACE TABLE; nothing for what is not one of these.
std::optional<plan::Command> Parser::CreateTableStatement() {
  const size_t begin = cursor_.position();
  plan::CreateTable create;
  if (cursor_.Accept(Kind::kReplace)) {
    create.or_replace = true;
  } else {
    cursor_.Expect(Kind::kCreate);
    create.or_replace = cursor_.Accept(Kind::kOr, Kind::kReplace);
    create.is_external = cursor_.Accept(Kind::kExternal);
  }
  if (!cursor_.Accept(Kind::kTable) || !IsIdentifier()) {
    cursor_.Rewind(begin);
    return std::nullopt;
  }
  create.if_not_exists = cursor_.Accept(Kind::kIf, Kind::kNot, Kind::kExists);
  create.name = IdentifierReference();
  if (cursor_.Is(Kind::kLike) && !create.or_replace) return CreateTableLike(std::move(create), begin);
  if (cursor_.Is(Kind::kLeftParen) && !StartsQuery(cursor_.position() + 1)) {
    cursor_.Advance();
    do {
      if (cursor_.Is(Kind::kConstraint) ||
          (cursor_.IsAny(Kind::kPrimary, Kind::kForeign) && cursor_.Is(Kind::kKey, 1)) ||
          (cursor_.IsAny(Kind::kCheck, Kind::kUnique) && cursor_.Is(Kind::kLeftParen, 1)))
        return TableConstraint(create.name);
      create.columns.push_back(ColumnDefinition());
      if (cursor_.IsAny(Kind::kPrimary, Kind::kUnique, Kind::kCheck, Kind::kConstraint, Kind::kReferences))
        return TableConstraint(create.name);
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Expect(Kind::kRightParen);
  }
  if (!TableClauses(create.clauses, begin)) return Unsupported("this clause of CREATE TABLE");
  if (cursor_.Accept(Kind::kAs) || StartsQuery(cursor_.position())) create.query = Query();
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(create), begin, end);
}

plan::Command Parser::CreateTableLike(plan::CreateTable create, size_t begin) {
  cursor_.Expect(Kind::kLike);
  plan::CreateTableLike like;
  like.name = std::move(create.name);
  like.if_not_exists = create.if_not_exists;
  const size_t source_begin = cursor_.position();
  like.source = IdentifierReference();
  like.source_origin = cursor_.OriginFrom(source_begin);
  if (!TableClauses(like.clauses, begin)) return Unsupported("this clause of CREATE TABLE LIKE");
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(like), begin, end);
}

}  // namespace firesteel::sql
