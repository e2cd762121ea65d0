// Persistent views: CREATE VIEW, and DROP VIEW of every kind.
#include <algorithm>
#include <set>

#include "analyzer/name.h"
#include "base/error.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "types/field_metadata.h"
#include "types/quoting.h"

namespace firesteel::session {
namespace {

std::string JoinQuoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + QuoteIdentifier(name);
  return text;
}

}  // namespace

CommandResult CatalogCommands::CreateView(const plan::CreateView& view) {
  const TableName name = Resolve(view.name);
  CheckValidName(name.table);
  const std::optional<catalog::Table> there = Find(name);
  if (there && view.if_not_exists) return Nothing();
  if (!there) RequireDatabase({name.catalog, name.database});

  QueryEnvironment environment(state_, settings_, runner_.engine(), runner_.RowsRunner(state_, settings_));
  environment.Forbid(name.parts());
  bound::RelationPtr query;
  try {
    query = analyzer::Analyze(view.query, environment, settings_);
  } catch (const QueryEnvironment::RecursiveView&) {
    ThrowRecursive(name, environment.found_tables());
  }
  if (!environment.found_views().empty()) {
    throw QueryError("INVALID_TEMP_OBJ_REFERENCE",
                     {{"obj", "VIEW"},
                      {"objName", name.Quoted()},
                      {"tempObj", "VIEW"},
                      {"tempObjName", QuoteIdentifier(environment.found_views().begin()->second->name)}});
  }
  if (!environment.found_functions().empty()) {
    throw QueryError("INVALID_TEMP_OBJ_REFERENCE",
                     {{"obj", "VIEW"},
                      {"objName", name.Quoted()},
                      {"tempObj", "FUNCTION"},
                      {"tempObjName", QuoteIdentifier(analyzer::FoldCase(environment.found_functions()[0]->name))}});
  }
  if (there && !view.replace) ThrowExists(name);
  if (there && !there->view) {
    throw QueryError("EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE",
                     {{"tableName", name.Quoted()}, {"operation", "CREATE OR REPLACE VIEW"}});
  }

  std::vector<std::string> given;
  for (const bound::Attribute& attribute : query->output) given.push_back(attribute.name);
  std::vector<std::string> names;
  for (const auto& column : view.column_aliases_and_comments) names.push_back(column.first);
  if (!names.empty() && names.size() != given.size()) {
    throw QueryError(
        names.size() > given.size() ? "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"
                                    : "CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
        {{"viewName", name.Quoted()}, {"viewColumns", JoinQuoted(names)}, {"dataColumns", JoinQuoted(given)}});
  }
  catalog::Table table;
  table.database = name.database;
  table.name = name.table;
  table.kind = catalog::TableKind::kView;
  std::set<std::string> seen;
  for (size_t i = 0; i < given.size(); ++i) {
    const bound::Attribute& attribute = query->output[i];
    StructField column{names.empty() ? given[i] : names[i], attribute.type, attribute.nullable,
                       ColumnOf(attribute).metadata};
    if (!names.empty() && !view.column_aliases_and_comments[i].second.empty()) {
      column.metadata = WithMetadataText(column.metadata, "comment", view.column_aliases_and_comments[i].second);
    }
    const std::string key = analyzer::NameKey(column.name, settings_.case_sensitive);
    if (!seen.insert(key).second) throw QueryError("COLUMN_ALREADY_EXISTS", {{"columnName", QuoteIdentifier(key)}});
    table.schema.push_back(std::move(column));
  }
  if (!view.comment.empty()) table.comment = view.comment;
  for (const auto& [key, value] : view.properties) table.properties[key] = value;
  table.created_by = "Spark 4.3.0";
  table.created_micros = settings_.now_micros;
  table.view = catalog::ViewQuery{view.sql_text,
                                  std::move(given),
                                  {settings_.current_catalog, settings_.current_database},
                                  view.schema_mode.empty() ? "COMPENSATION" : view.schema_mode,
                                  ViewSettings(settings_)};
  const std::optional<int64_t> replaced = there ? std::optional<int64_t>(there->id) : std::nullopt;
  if (!CatalogOf(name.catalog)->CreateTable(table, {}, replaced)) ThrowExists(name);
  return Nothing();
}

// Which of the views that were read lead back to the view that is being made?
void CatalogCommands::ThrowRecursive(const TableName& name, const std::vector<Names>& read) {
  std::string path = name.Quoted();
  for (const Names& found : read) {
    if (found == name.parts()) continue;
    QueryEnvironment environment(state_, settings_, runner_.engine(), runner_.RowsRunner(state_, settings_));
    environment.Forbid(name.parts());
    try {
      analyzer::Analyze(plan::MakeRelation(plan::NamedTable{found, {}, false, nullptr, nullptr}), environment,
                        settings_);
    } catch (const QueryEnvironment::RecursiveView&) {
      path += " -> " + QuoteIdentifiers(found);
    } catch (const QueryError&) {
      // A view that cannot be analyzed leads nowhere.
    }
  }
  throw QueryError("RECURSIVE_VIEW", {{"viewIdent", name.Quoted()}, {"newPath", path + " -> " + name.Quoted()}});
}

CommandResult CatalogCommands::DropView(const plan::DropView& drop) {
  if (IsTemporaryView(drop.name)) {
    const bool global = drop.name.size() == 2 && analyzer::FoldCase(drop.name[0]) == "global_temp";
    (global ? state_.global_temp_views() : state_.temp_views()).Drop(drop.name.back(), settings_.case_sensitive);
    return Nothing();
  }
  TableName name{settings_.current_catalog, "", drop.name.back()};
  if (drop.name.size() == 2 && analyzer::FoldCase(drop.name[0]) == "global_temp") {
    name.database = drop.name[0];
  } else {
    name = Resolve(drop.name);
    if (const std::optional<catalog::Table> table = Find(name)) {
      if (!table->view) {
        throw QueryError("WRONG_COMMAND_FOR_OBJECT_TYPE", {{"operation", "DROP VIEW"},
                                                           {"requiredType", "VIEW or METRIC_VIEW"},
                                                           {"objectName", name.Dotted()},
                                                           {"foundType", std::string(catalog::KindName(table->kind))},
                                                           {"alternative", "DROP TABLE"}});
      }
      if (CatalogOf(name.catalog)->DropTable(table->id)) return Nothing();
    }
  }
  if (drop.if_exists) return Nothing();
  // Spark shows the name as it was written, under the current catalog and database.
  Names full = drop.name;
  if (full.size() == 1) full.insert(full.begin(), settings_.current_database);
  if (full.size() == 2) full.insert(full.begin(), settings_.current_catalog);
  throw QueryError(
      "TABLE_OR_VIEW_NOT_FOUND",
      {{"relationName", QuoteIdentifiers(full)}, {"searchPath", "[" + QuoteIdentifiers({full[0], full[1]}) + "]"}},
      nullptr, ErrorClass::kNoSuchTable);
}

}  // namespace firesteel::session
