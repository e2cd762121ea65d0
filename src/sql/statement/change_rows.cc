// INSERT, TRUNCATE, DELETE, UPDATE, MERGE.

#include "sql/parser/parser.h"

namespace firesteel::sql {

// PARTITION (a = 1, b)
plan::PartitionSpec Parser::PartitionSpec() {
  plan::PartitionSpec spec;
  cursor_.Expect(Kind::kPartition);
  cursor_.Expect(Kind::kLeftParen);
  do {
    std::string column = Identifier();
    ExpressionPtr value;
    if (cursor_.IsAny(Kind::kEqual)) {
      cursor_.Advance();
      value = ValueExpression();
    }
    spec.emplace_back(std::move(column), std::move(value));
  } while (cursor_.Accept(Kind::kComma));
  cursor_.Expect(Kind::kRightParen);
  return spec;
}

// INSERT (INTO | OVERWRITE) [TABLE] name [PARTITION (…)] [BY NAME | (columns)] query; `with` stands before it.
std::optional<plan::Command> Parser::InsertStatement(std::optional<plan::With> with, size_t begin) {
  const size_t at = cursor_.position();
  plan::InsertInto insert;
  cursor_.Expect(Kind::kInsert);
  if (cursor_.Is(Kind::kWith)) return Unsupported("INSERT WITH SCHEMA EVOLUTION");
  if (cursor_.Accept(Kind::kOverwrite)) {
    insert.overwrite = true;
    if (cursor_.Is(Kind::kDirectory) || (cursor_.Is(Kind::kLocal) && cursor_.Is(Kind::kDirectory, 1)))
      return Unsupported("INSERT OVERWRITE DIRECTORY");
  } else if (!cursor_.Accept(Kind::kInto)) {
    cursor_.Rewind(at);
    return std::nullopt;
  }
  if (cursor_.Is(Kind::kTable) && IsIdentifier(1)) cursor_.Advance();
  const size_t name_begin = cursor_.position();
  insert.name = IdentifierReference();
  insert.name_origin = cursor_.OriginFrom(name_begin);
  if (cursor_.Is(Kind::kReplace) && cursor_.Is(Kind::kUsing, 1)) return Unsupported("INSERT INTO … REPLACE");
  if (cursor_.Accept(Kind::kReplace, Kind::kWhere)) {
    plan::RowChange change;
    change.kind = plan::RowChange::Kind::kReplaceWhere;
    change.name = std::move(insert.name);
    change.name_origin = insert.name_origin;
    Expression();
    Query();
    const size_t end = cursor_.position();
    EndOfStatement();
    return CatalogCommand(std::move(change), at, end);
  }
  if (cursor_.Is(Kind::kWith) && cursor_.Is(Kind::kLeftParen, 1)) return Unsupported("INSERT … WITH (options)");
  if (cursor_.Is(Kind::kPartition)) {
    insert.partition = PartitionSpec();
    insert.if_not_exists = cursor_.Accept(Kind::kIf, Kind::kNot, Kind::kExists);
  }
  size_t head_end = cursor_.position();
  if (cursor_.Is(Kind::kBy) && cursor_.Is(Kind::kName, 1)) {
    cursor_.Accept(Kind::kBy, Kind::kName);
    insert.by_name = true;
    head_end = cursor_.position();
  } else if (cursor_.Is(Kind::kLeftParen)) {
    const std::optional<size_t> behind = cursor_.BehindGroup(cursor_.position());
    if (behind && HoldsNames(cursor_.position(), *behind) && cursor_.KindAt(*behind) != Kind::kEndOfInput &&
        cursor_.KindAt(*behind) != Kind::kSemicolon) {
      insert.columns = IdentifierList();
      head_end = cursor_.position();
    }
  }
  insert.query = Query();
  if (with) {
    with->child = std::move(insert.query);
    insert.query = plan::MakeRelation(std::move(*with), cursor_.OriginFrom(begin));
  }
  EndOfStatement();
  return CatalogCommand(std::move(insert), at, head_end);
}

// TRUNCATE TABLE name [PARTITION (…)]
plan::Command Parser::TruncateStatement() {
  const size_t begin = cursor_.position();
  plan::TruncateTable truncate;
  cursor_.Accept(Kind::kTruncate, Kind::kTable);
  const size_t name_begin = cursor_.position();
  truncate.name = IdentifierReference();
  truncate.name_origin = cursor_.OriginFrom(name_begin);
  if (cursor_.Is(Kind::kPartition)) truncate.partition = PartitionSpec();
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(truncate), begin, end);
}

// DELETE FROM name …, UPDATE name …, MERGE INTO name …: only the table matters, for none takes them.
std::optional<plan::Command> Parser::RowChangeStatement() {
  const size_t begin = cursor_.position();
  plan::RowChange change;
  if (cursor_.Accept(Kind::kDelete, Kind::kFrom)) {
    change.kind = plan::RowChange::Kind::kDelete;
  } else if (cursor_.Accept(Kind::kMerge, Kind::kInto)) {
    change.kind = plan::RowChange::Kind::kMerge;
  } else if (cursor_.Is(Kind::kUpdate) && IsIdentifier(1)) {
    cursor_.Advance();
    change.kind = plan::RowChange::Kind::kUpdate;
  } else {
    return std::nullopt;
  }
  if (!IsIdentifier()) {
    cursor_.Rewind(begin);
    return std::nullopt;
  }
  const size_t name_begin = cursor_.position();
  change.name = IdentifierReference();
  change.name_origin = cursor_.OriginFrom(name_begin);
  if (change.kind == plan::RowChange::Kind::kDelete) {
    if (cursor_.Is(Kind::kAs) || (IsIdentifier() && !cursor_.Is(Kind::kWhere))) {
      cursor_.Accept(Kind::kAs);
      Identifier();
    }
    if (cursor_.Accept(Kind::kWhere)) Expression();
    EndOfStatement();
  } else if (change.kind == plan::RowChange::Kind::kUpdate) {
    if (cursor_.Is(Kind::kAs) || (IsIdentifier() && !cursor_.Is(Kind::kSet))) {
      cursor_.Accept(Kind::kAs);
      Identifier();
    }
    cursor_.Expect(Kind::kSet);
    do {
      MultipartIdentifier();
      cursor_.Expect(Kind::kEqual);
      Expression();
    } while (cursor_.Accept(Kind::kComma));
    if (cursor_.Accept(Kind::kWhere)) Expression();
    EndOfStatement();
  }
  return CatalogCommand(std::move(change), begin, cursor_.position());
}

}  // namespace firesteel::sql
