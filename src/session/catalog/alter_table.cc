// ALTER TABLE, ALTER VIEW (but for its query: view.cc), COMMENT ON TABLE.
#include <algorithm>
#include <set>

#include "analyzer/name.h"
#include "base/error.h"
#include "base/overloaded.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "types/as_nullable.h"
#include "types/field_metadata.h"
#include "types/quoting.h"
#include "types/value_text.h"

namespace firesteel::session {
namespace {

using catalog::Table;

// The words by which Spark names the change in errors.
std::string OperationName(const plan::AlterTable& alter) {
  return std::visit(
      Overloaded{
          [](const plan::RenameTo&) -> std::string { return "ALTER TABLE ... RENAME TO"; },
          [](const plan::SetProperties&) -> std::string { return "ALTER TABLE ... SET TBLPROPERTIES"; },
          [](const plan::UnsetProperties&) -> std::string { return "ALTER TABLE ... UNSET TBLPROPERTIES"; },
          [](const plan::AddColumns& add) -> std::string {
            return add.plural ? "ALTER TABLE ... ADD COLUMNS" : "ALTER TABLE ... ADD COLUMN";
          },
          [](const plan::DropColumns&) -> std::string { return "ALTER TABLE ... DROP COLUMNS"; },
          [](const plan::RenameColumn&) -> std::string { return "ALTER TABLE ... RENAME COLUMN"; },
          [](const plan::AlterColumn&) -> std::string { return "ALTER TABLE ... ALTER COLUMN"; },
          [](const plan::ReplaceColumns&) -> std::string { return "ALTER TABLE ... REPLACE COLUMNS"; },
          [](const plan::SetLocation&) -> std::string { return "ALTER TABLE ... SET LOCATION ..."; },
          [](const plan::ChangePartitions& change) -> std::string {
            switch (change.kind) {
              case plan::ChangePartitions::Kind::kAdd:
                return "ALTER TABLE ... ADD PARTITION ...";
              case plan::ChangePartitions::Kind::kDrop:
                return "ALTER TABLE ... DROP PARTITION ...";
              case plan::ChangePartitions::Kind::kRename:
                return "ALTER TABLE ... RENAME TO PARTITION";
              case plan::ChangePartitions::Kind::kRecover:
                return "ALTER TABLE ... RECOVER PARTITIONS";
            }
            return "";
          },
          [](const plan::SetViewQuery&) -> std::string { return "ALTER VIEW ... AS"; },
      },
      alter.change);
}

bool HasAlternative(const plan::AlterTable& alter) {
  return std::holds_alternative<plan::SetProperties>(alter.change) ||
         std::holds_alternative<plan::UnsetProperties>(alter.change);
}

}  // namespace

void CatalogCommands::Execute(const plan::AlterTable& alter) {
  const bool renames = std::holds_alternative<plan::RenameTo>(alter.change);
  if (IsTemporaryView(alter.name)) {
    if (renames) return RenameTemporaryView(alter.name, std::get<plan::RenameTo>(alter.change));
    if (const auto* query = std::get_if<plan::SetViewQuery>(&alter.change)) {
      plan::CreateView view;
      view.name = alter.name;
      view.query = query->query;
      view.sql_text = query->text;
      view.replace = true;
      view.is_global = alter.name.size() == 2 && analyzer::FoldCase(alter.name[0]) == "global_temp";
      runner_.CreateView(view, state_, true, origin_);
      return;
    }
    throw QueryError("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
                     {{"viewName", QuoteIdentifiers(alter.name)}, {"operation", OperationName(alter)}},
                     alter.name_origin);
  }
  const TableName name = Resolve(alter.name);
  std::optional<Table> table = Find(name);
  if (!table) ThrowNotFound(alter.name, alter.name_origin);
  if (table->view && !alter.is_view) {
    if (renames) {
      throw QueryError("EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW",
                       {{"viewName", QuoteIdentifiers(alter.name)}, {"operation", "ALTER TABLE"}});
    }
    throw QueryError(
        HasAlternative(alter) ? "EXPECT_TABLE_NOT_VIEW.USE_ALTER_VIEW" : "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
        {{"viewName", name.Quoted()}, {"operation", OperationName(alter)}}, alter.name_origin);
  }
  if (!table->view && alter.is_view) {
    if (renames) {
      throw QueryError("EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE",
                       {{"tableName", QuoteIdentifiers(alter.name)}, {"operation", "ALTER VIEW"}});
    }
    std::string operation = OperationName(alter);
    if (operation.starts_with("ALTER TABLE")) operation.replace(0, 11, "ALTER VIEW");
    throw QueryError(
        HasAlternative(alter) ? "EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE" : "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE",
        {{"tableName", name.Quoted()}, {"operation", operation}}, alter.name_origin);
  }
  std::visit([&](const auto& change) { Change(*table, name, change); }, alter.change);
}

void CatalogCommands::RenameTemporaryView(const Names& name, const plan::RenameTo& to) {
  const bool global = name.size() == 2;
  TempViews& views = global ? state_.global_temp_views() : state_.temp_views();
  const TempViewPtr view = views.Find(name.back(), settings_.case_sensitive);
  if (to.name.size() > 2) {
    throw QueryError("IDENTIFIER_TOO_MANY_NAME_PARTS", {{"identifier", QuoteIdentifiers(to.name)}, {"limit", "2"}});
  }
  if (to.name.size() == 2) {
    const std::string database = global ? "global_temp" : state_.current_database();
    if (!analyzer::SameName(to.name[0], database, false)) {
      throw QueryError("RENAME_TABLE_SOURCE_DESTINATION_DATABASE_MISMATCH",
                       {{"db", QuoteIdentifier(database)}, {"newDb", QuoteIdentifier(to.name[0])}});
    }
    if (!global) {
      throw QueryError("RENAME_TEMP_VIEW_WITH_DATABASE", {{"oldName", QuoteIdentifiers(name)},
                                                          {"newName", QuoteIdentifiers(to.name)},
                                                          {"db", QuoteIdentifier(to.name[0])}});
    }
  }
  TempView renamed = *view;
  renamed.name = to.name.back();
  if (const auto made = std::static_pointer_cast<const analyzer::TemporaryView>(view->analyzed)) {
    auto copy = std::make_shared<analyzer::TemporaryView>(*made);
    copy->name = renamed.name;
    renamed.analyzed = std::move(copy);
  }
  if (!views.Put(std::move(renamed), false, settings_.case_sensitive)) {
    throw QueryError("TABLE_OR_VIEW_ALREADY_EXISTS", {{"relationName", QuoteIdentifier(to.name.back())}});
  }
  views.Drop(name.back(), settings_.case_sensitive);
}

void CatalogCommands::Save(const Table& table, const TableName& name) {
  if (!CatalogOf(name.catalog)->UpdateTable(table)) ThrowNotFound(name.parts(), nullptr);
}

void CatalogCommands::Change(Table& table, const TableName& name, const plan::RenameTo& rename) {
  TableName target = name;
  if (rename.name.size() == 1) {
    target.table = StoredName(rename.name[0], settings_);
  } else {
    target = Resolve(rename.name);
  }
  if (target.catalog != name.catalog || target.database != name.database) {
    throw QueryError("RENAME_TABLE_SOURCE_DESTINATION_DATABASE_MISMATCH",
                     {{"db", QuoteIdentifier(name.database)}, {"newDb", QuoteIdentifier(target.database)}});
  }
  table.name = target.table;
  if (CatalogOf(name.catalog)->UpdateTable(table)) return;
  if (Find(target)) {
    throw QueryError("TABLE_OR_VIEW_ALREADY_EXISTS",
                     {{"relationName", QuoteIdentifiers({target.database, target.table})}});
  }
  ThrowNotFound(name.parts(), nullptr);
}

void CatalogCommands::Change(Table& table, const TableName& name, const plan::SetProperties& set) {
  for (const auto& [key, value] : set.properties) {
    if (key == "comment") {
      table.comment = value;
    } else {
      table.properties[key] = value;
    }
  }
  Save(table, name);
}

void CatalogCommands::Change(Table& table, const TableName& name, const plan::UnsetProperties& unset) {
  for (const std::string& key : unset.keys) {
    if (key == "comment") {
      table.comment.reset();
    } else {
      table.properties.erase(key);
    }
  }
  Save(table, name);
}

void CatalogCommands::Change(Table& table, const TableName& name, const plan::AddColumns& add) {
  Schema added = StoredColumns(add.columns, name, "ALTER TABLE ADD COLUMNS");
  for (const plan::ColumnDefinition& column : add.columns) {
    if (column.name.size() > 1) ThrowNoOperation(name, "ADD COLUMN with qualified column");
    if (!column.field.nullable) throw QueryError("_LEGACY_ERROR_TEMP_1052", {});
  }
  for (StructField& column : added) {
    column.type = AsNullable(column.type);
    const bool taken = std::any_of(table.schema.begin(), table.schema.end(), [&](const StructField& there) {
      return analyzer::SameName(there.name, column.name, settings_.case_sensitive);
    });
    if (taken) {
      throw QueryError("COLUMN_ALREADY_EXISTS",
                       {{"columnName", QuoteIdentifier(analyzer::NameKey(column.name, settings_.case_sensitive))}});
    }
    // Behind the others, but before the partition columns.
    const size_t at = table.schema.size() - table.partition_columns.size();
    table.schema.insert(table.schema.begin() + static_cast<std::ptrdiff_t>(at), column);
    if (table.kind == catalog::TableKind::kManaged) {
      table.field_ids.insert(table.field_ids.begin() + static_cast<std::ptrdiff_t>(at), table.next_field_id);
      table.next_field_id += catalog::FieldCount(column.type);
    }
  }
  Save(table, name);
}

void CatalogCommands::Change(Table&, const TableName& name, const plan::DropColumns&) {
  ThrowNoOperation(name, "DROP COLUMN");
}
void CatalogCommands::Change(Table&, const TableName& name, const plan::RenameColumn&) {
  ThrowNoOperation(name, "RENAME COLUMN");
}
void CatalogCommands::Change(Table&, const TableName& name, const plan::ReplaceColumns&) {
  ThrowNoOperation(name, "REPLACE COLUMNS");
}

void CatalogCommands::Change(Table& table, const TableName& name, const plan::AlterColumn& change) {
  if (change.column.size() > 1) ThrowNoOperation(name, "ALTER COLUMN with qualified column");
  const auto column = std::find_if(table.schema.begin(), table.schema.end(), [&](const StructField& there) {
    return analyzer::SameName(there.name, change.column[0], settings_.case_sensitive);
  });
  if (column == table.schema.end()) {
    std::string columns;
    for (const StructField& there : table.schema)
      columns += (columns.empty() ? "" : ", ") + QuoteIdentifier(there.name);
    throw QueryError("UNRESOLVED_COLUMN.WITH_SUGGESTION",
                     {{"objectName", QuoteIdentifier(change.column[0])}, {"proposal", columns}}, origin_);
  }
  if (change.nullable) ThrowNoOperation(name, "ALTER COLUMN ... SET NOT NULL");
  if (change.move) ThrowNoOperation(name, "ALTER COLUMN ... FIRST | AFTER");
  if (change.type && !SameTypeIgnoringNullability(*change.type, DeclaredType(*column))) {
    throw QueryError("NOT_SUPPORTED_CHANGE_COLUMN",
                     {{"table", name.Quoted()},
                      {"originName", QuoteIdentifier(column->name)},
                      {"originType", QuoteType(DeclaredType(*column))},
                      {"newName", QuoteIdentifier(column->name)},
                      {"newType", QuoteType(*change.type)}},
                     origin_);
  }
  if (change.comment) column->metadata = WithMetadataText(column->metadata, "comment", *change.comment);
  if (change.default_text) {
    const std::optional<std::string> exists = MetadataText(column->metadata, "EXISTS_DEFAULT");
    *column = WithDefault(*column, DeclaredType(*column), *change.default_text, change.default_value,
                          "ALTER TABLE ALTER COLUMN");
    // Rows that were there before the column keep what they had.
    column->metadata = exists ? WithMetadataText(column->metadata, "EXISTS_DEFAULT", *exists)
                              : WithoutMetadataKey(column->metadata, "EXISTS_DEFAULT");
  }
  if (change.drop_default) column->metadata = WithoutMetadataKey(column->metadata, "CURRENT_DEFAULT");
  Save(table, name);
}

void CatalogCommands::Change(Table& table, const TableName& name, const plan::SetLocation& location) {
  if (table.kind == catalog::TableKind::kManaged) ThrowUnsupported("moving a managed table to another place", origin_);
  if (location.of_partition) ThrowUnsupported("moving a partition to another place", origin_);
  table.location = TablePath(location.location);
  Save(table, name);
  state_.cache().InvalidateFiles(analyzer::DottedName(name.parts()));
}

void CatalogCommands::Change(Table& table, const TableName& name, const plan::ChangePartitions& change) {
  if (table.partition_columns.empty()) {
    const bool recover = change.kind == plan::ChangePartitions::Kind::kRecover;
    throw QueryError("NOT_A_PARTITIONED_TABLE",
                     {{"operation", recover ? "ALTER TABLE RECOVER PARTITIONS" : "ALTER TABLE PARTITION"},
                      {"tableIdentWithDB", name.Quoted()}});
  }
  // A partition is there when it has rows, and its rows are listed with every write: there is nothing to recover.
  using Kind = plan::ChangePartitions::Kind;
  if (change.kind == Kind::kRecover) return;
  if (change.kind == Kind::kRename) ThrowUnsupported("renaming a partition", origin_);
  if (table.kind == catalog::TableKind::kExternal) {
    ThrowUnsupported("adding or dropping partitions of an external table", origin_);
  }
  using Values = std::vector<std::optional<std::string>>;
  const auto matches = [](const auto& fixed, const Values& values) {
    return std::all_of(fixed.begin(), fixed.end(), [&](const auto& part) {
      return part.first < values.size() && values[part.first] == part.second;
    });
  };
  const std::set<Values> there = PartitionsOf(name, table);
  std::string list;  // of the partitions that should (not) have been there
  std::vector<std::vector<std::pair<size_t, std::optional<std::string>>>> dropped;
  for (const plan::PartitionSpec& spec : change.partitions) {
    std::string text;
    for (const auto& [column, value] : spec) {
      PartitionIndex(name, table, column);
      const auto* literal = value ? value->As<plan::Literal>() : nullptr;
      if (!literal) ThrowUnsupported("such a PARTITION clause", origin_);
      text +=
          (text.empty() ? "" : ", ") + QuoteIdentifier(column) + " = " +
          (literal->value.value.is_null() ? std::string("null")
                                          : CastText(literal->value.type, literal->value.value, settings_.time_zone));
    }
    const auto fixed = FixedPartitions(table, spec);
    // What is dropped is named by all of its columns.
    const bool whole = change.kind != Kind::kDrop || fixed.size() == table.partition_columns.size();
    const bool found =
        whole && std::any_of(there.begin(), there.end(), [&](const Values& values) { return matches(fixed, values); });
    if (found != (change.kind == Kind::kDrop)) {
      list += (list.empty() ? "" : ", ") + ("PARTITION (" + text + ")");
    } else if (change.kind == Kind::kDrop) {
      dropped.push_back(fixed);
    } else {
      if (fixed.size() < table.partition_columns.size()) ThrowUnsupported("ADD PARTITION without all columns", origin_);
      Values values(table.partition_columns.size());
      for (const auto& [index, value] : fixed) values[index] = value;
      table.empty_partitions.push_back(std::move(values));
    }
  }
  if (!list.empty() && !change.if_exists) {
    throw QueryError(change.kind == Kind::kAdd ? "PARTITIONS_ALREADY_EXIST" : "PARTITIONS_NOT_FOUND",
                     {{"partitionList", list}, {"tableName", QuoteIdentifiers({name.database, name.table})}});
  }
  if (change.kind == Kind::kDrop) {
    const auto goes = [&](const Values& values) {
      return std::any_of(dropped.begin(), dropped.end(), [&](const auto& fixed) { return matches(fixed, values); });
    };
    std::erase_if(table.empty_partitions, goes);
    catalog::Catalog::Change files;
    files.table_id = table.id;
    files.replaces = [&](const catalog::DataFile& file) { return goes(file.partition_values); };
    if (!dropped.empty()) CatalogOf(name.catalog)->Commit(files);
    state_.cache().InvalidateFiles(analyzer::DottedName(name.parts()));
  }
  Save(table, name);
}

void CatalogCommands::Change(Table& table, const TableName& name, const plan::SetViewQuery& query) {
  plan::CreateView view;
  view.name = name.parts();
  view.query = query.query;
  view.sql_text = query.text;
  view.is_temporary = false;
  view.replace = true;
  view.comment = table.comment.value_or("");
  view.properties.assign(table.properties.begin(), table.properties.end());
  CreateView(view);
}

void CatalogCommands::Execute(const plan::CommentOn& comment) {
  if (comment.kind == plan::CommentOn::Kind::kDatabase) {
    const auto database = ResolveDatabase(comment.name);
    catalog::Database found = RequireDatabase(database);
    found.comment = comment.comment;
    CatalogOf(database.first)->UpdateDatabase(found);
    return;
  }
  auto [name, table] = RequireTable(comment.name, comment.name_origin, "COMMENT ON TABLE");
  table.comment = comment.comment;
  Save(table, name);
}

}  // namespace firesteel::session
