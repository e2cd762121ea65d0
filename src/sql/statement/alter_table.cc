// ALTER TABLE and ALTER VIEW, DROP TABLE, MSCK REPAIR TABLE.

#include "sql/parser/parser.h"
#include "types/quoting.h"

namespace firesteel::sql {

// DROP TABLE [IF EXISTS] name [PURGE]
std::optional<plan::Command> Parser::DropTableStatement() {
  const size_t begin = cursor_.position();
  if (!cursor_.Accept(Kind::kDrop, Kind::kTable)) return std::nullopt;
  plan::DropTable drop;
  drop.if_exists = cursor_.Accept(Kind::kIf, Kind::kExists);
  drop.name = IdentifierReference();
  cursor_.Accept(Kind::kPurge);
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(drop), begin, end);
}

// ALTER (TABLE | VIEW) name change
std::optional<plan::Command> Parser::AlterStatement() {
  const size_t begin = cursor_.position();
  plan::AlterTable alter;
  cursor_.Expect(Kind::kAlter);
  alter.is_view = cursor_.Is(Kind::kView);
  if (!cursor_.IsAny(Kind::kTable, Kind::kView) || !IsIdentifier(1)) {
    cursor_.Rewind(begin);
    return std::nullopt;
  }
  cursor_.Advance();
  const size_t name_begin = cursor_.position();
  alter.name = IdentifierReference();
  alter.name_origin = cursor_.OriginFrom(name_begin);
  const size_t at = cursor_.position();
  if (cursor_.Is(Kind::kEndOfInput)) cursor_.SyntaxError();
  if (!TableChange(alter, begin)) {
    cursor_.Rewind(at);
    return Unsupported("this form of ALTER " + std::string(alter.is_view ? "VIEW" : "TABLE"));
  }
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(alter), begin, end);
}

// False for a change that is not known.
bool Parser::TableChange(plan::AlterTable& alter, size_t begin) {
  if (cursor_.Accept(Kind::kRename, Kind::kTo)) {
    alter.change = plan::RenameTo{IdentifierReference()};
    return true;
  }
  if (cursor_.Accept(Kind::kSet, Kind::kTblproperties)) {
    alter.change = plan::SetProperties{PropertyList()};
    return true;
  }
  if (cursor_.Accept(Kind::kUnset, Kind::kTblproperties)) {
    plan::UnsetProperties unset;
    unset.if_exists = cursor_.Accept(Kind::kIf, Kind::kExists);
    for (auto& [key, value] : PropertyList()) unset.keys.push_back(key);
    alter.change = std::move(unset);
    return true;
  }
  if (alter.is_view) {
    const bool as = cursor_.Accept(Kind::kAs);
    if (!as && !StartsQuery(cursor_.position())) return false;
    const size_t at = cursor_.position();
    plan::SetViewQuery query{Query(), ""};
    query.text = std::string(cursor_.TextBetween(at, cursor_.position()));
    alter.change = std::move(query);
    return true;
  }
  if (cursor_.Accept(Kind::kSet, Kind::kLocation)) {
    alter.change = plan::SetLocation{StringLiteral(), false};
    return true;
  }
  if (cursor_.Is(Kind::kRename) && cursor_.Is(Kind::kColumn, 1)) {
    cursor_.Accept(Kind::kRename, Kind::kColumn);
    plan::RenameColumn rename;
    rename.column = MultipartIdentifier();
    cursor_.Expect(Kind::kTo);
    rename.name = Identifier();
    alter.change = std::move(rename);
    return true;
  }
  if (cursor_.Is(Kind::kAdd) && cursor_.Is(Kind::kPartition, 1)) return PartitionChange(alter);
  if (cursor_.Is(Kind::kAdd) && cursor_.Is(Kind::kIf, 1)) return PartitionChange(alter);
  if (cursor_.Is(Kind::kAdd)) return AddedColumns(alter);
  if (cursor_.Is(Kind::kDrop) &&
      (cursor_.Is(Kind::kPartition, 1) || (cursor_.Is(Kind::kIf, 1) && cursor_.Is(Kind::kPartition, 3)))) {
    return PartitionChange(alter);
  }
  if (cursor_.Is(Kind::kDrop) && (cursor_.Is(Kind::kColumn, 1) || cursor_.Is(Kind::kColumns, 1))) {
    cursor_.Advance();
    cursor_.Advance();
    plan::DropColumns drop;
    drop.if_exists = cursor_.Accept(Kind::kIf, Kind::kExists);
    const bool group = cursor_.Accept(Kind::kLeftParen);
    do {
      drop.columns.push_back(MultipartIdentifier());
    } while (cursor_.Accept(Kind::kComma));
    if (group) cursor_.Expect(Kind::kRightParen);
    alter.change = std::move(drop);
    return true;
  }
  if (cursor_.Is(Kind::kPartition)) return PartitionChange(alter);
  if (cursor_.Accept(Kind::kRecover, Kind::kPartitions)) {
    alter.change = plan::ChangePartitions{plan::ChangePartitions::Kind::kRecover, {}, false};
    return true;
  }
  if (cursor_.Accept(Kind::kReplace, Kind::kColumns)) {
    plan::ReplaceColumns replace;
    cursor_.Expect(Kind::kLeftParen);
    do {
      replace.columns.push_back(ColumnDefinition());
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Expect(Kind::kRightParen);
    alter.change = std::move(replace);
    return true;
  }
  if (cursor_.IsAny(Kind::kAlter, Kind::kChange)) return ColumnChange(alter, begin);
  return false;
}

// ADD (COLUMN | COLUMNS) (columns)
bool Parser::AddedColumns(plan::AlterTable& alter) {
  cursor_.Advance();
  if (!cursor_.IsAny(Kind::kColumn, Kind::kColumns)) return false;
  plan::AddColumns add;
  add.plural = cursor_.Is(Kind::kColumns);
  cursor_.Advance();
  const bool group = cursor_.Accept(Kind::kLeftParen);
  do {
    plan::ColumnDefinition column;
    if (cursor_.Is(Kind::kDot, 1)) {
      column.name = MultipartIdentifier();
      column.field.name = column.name.back();
      column.field.type = Type();
      if (cursor_.Accept(Kind::kComment)) StringLiteral();
    } else {
      column = ColumnDefinition();
    }
    if (cursor_.Accept(Kind::kFirst)) column.is_first = true;
    if (cursor_.Accept(Kind::kAfter)) column.after = Identifier();
    add.columns.push_back(std::move(column));
  } while (cursor_.Accept(Kind::kComma));
  if (group) cursor_.Expect(Kind::kRightParen);
  alter.change = std::move(add);
  return true;
}

// ADD [IF NOT EXISTS] PARTITION (…) …, DROP [IF EXISTS] PARTITION (…), …, PARTITION (…) RENAME TO PARTITION (…)
bool Parser::PartitionChange(plan::AlterTable& alter) {
  plan::ChangePartitions change;
  if (cursor_.Accept(Kind::kAdd)) {
    change.kind = plan::ChangePartitions::Kind::kAdd;
    change.if_exists = cursor_.Accept(Kind::kIf, Kind::kNot, Kind::kExists);
    while (cursor_.Is(Kind::kPartition)) {
      change.partitions.push_back(PartitionSpec());
      if (cursor_.Is(Kind::kLocation)) return false;
    }
  } else if (cursor_.Accept(Kind::kDrop)) {
    change.kind = plan::ChangePartitions::Kind::kDrop;
    change.if_exists = cursor_.Accept(Kind::kIf, Kind::kExists);
    do {
      change.partitions.push_back(PartitionSpec());
    } while (cursor_.Accept(Kind::kComma));
    cursor_.Accept(Kind::kPurge);
  } else {
    change.kind = plan::ChangePartitions::Kind::kRename;
    change.partitions.push_back(PartitionSpec());
    if (!cursor_.Accept(Kind::kRename, Kind::kTo)) return false;
    change.partitions.push_back(PartitionSpec());
  }
  if (change.partitions.empty()) return false;
  alter.change = std::move(change);
  return true;
}

// ALTER [COLUMN] name change, CHANGE [COLUMN] name [newName] type [COMMENT 'text']
bool Parser::ColumnChange(plan::AlterTable& alter, size_t begin) {
  const bool change_word = cursor_.Is(Kind::kChange);
  cursor_.Advance();
  if (cursor_.Is(Kind::kColumn) && IsIdentifier(1)) cursor_.Advance();
  plan::AlterColumn change;
  change.column = MultipartIdentifier();
  if (change_word && !cursor_.IsAny(Kind::kType, Kind::kComment, Kind::kSet, Kind::kDrop, Kind::kFirst, Kind::kAfter)) {
    const std::string name = Identifier();
    change.type = Type();
    if (cursor_.Accept(Kind::kNot, Kind::kNull)) change.nullable = false;
    if (cursor_.Accept(Kind::kComment)) change.comment = StringLiteral();
    if (cursor_.Accept(Kind::kFirst)) change.move = true;
    if (cursor_.Accept(Kind::kAfter)) {
      Identifier();
      change.move = true;
    }
    if (name != change.column.back()) {
      cursor_.Fail("_LEGACY_ERROR_TEMP_0034",
                   {{"operation", "Renaming column"},
                    {"command", "ALTER COLUMN"},
                    {"msg", ", please run RENAME COLUMN instead"}},
                   begin);
    }
  } else if (cursor_.Accept(Kind::kType)) {
    change.type = Type();
  } else if (cursor_.Accept(Kind::kComment)) {
    change.comment = StringLiteral();
  } else if (cursor_.Accept(Kind::kSet, Kind::kNot, Kind::kNull)) {
    change.nullable = false;
  } else if (cursor_.Accept(Kind::kDrop, Kind::kNot, Kind::kNull)) {
    change.nullable = true;
  } else if (cursor_.Accept(Kind::kSet, Kind::kDefault)) {
    const size_t at = cursor_.position();
    change.default_value = Expression();
    change.default_text = std::string(cursor_.TextBetween(at, cursor_.position()));
  } else if (cursor_.Accept(Kind::kDrop, Kind::kDefault)) {
    change.drop_default = true;
  } else if (cursor_.Accept(Kind::kFirst)) {
    change.move = true;
  } else if (cursor_.Accept(Kind::kAfter)) {
    Identifier();
    change.move = true;
  } else {
    return false;
  }
  if (cursor_.Is(Kind::kComma)) return false;  // several columns at once
  alter.change = std::move(change);
  return true;
}

// MSCK REPAIR TABLE name [(ADD | DROP | SYNC) PARTITIONS], REPAIR TABLE …
plan::Command Parser::RepairTableStatement() {
  const size_t begin = cursor_.position();
  cursor_.Accept(Kind::kMsck);
  cursor_.Accept(Kind::kRepair, Kind::kTable);
  plan::AlterTable alter;
  const size_t name_begin = cursor_.position();
  alter.name = IdentifierReference();
  alter.name_origin = cursor_.OriginFrom(name_begin);
  if (cursor_.IsAny(Kind::kAdd, Kind::kDrop, Kind::kSync)) {
    cursor_.Advance();
    cursor_.Expect(Kind::kPartitions);
  }
  alter.change = plan::ChangePartitions{plan::ChangePartitions::Kind::kRecover, {}, false};
  const size_t end = cursor_.position();
  EndOfStatement();
  return CatalogCommand(std::move(alter), begin, end);
}

}  // namespace firesteel::sql
