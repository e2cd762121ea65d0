#include "session/catalog/catalog_commands.h"

#include <algorithm>

#include "analyzer/name.h"
#include "base/error.h"
#include "base/overloaded.h"
#include "types/quoting.h"

namespace firesteel::session {

CommandResult CatalogCommands::Run(const plan::CatalogCommand& command) {
  std::visit([&](const auto& node) { Execute(node); }, command.node);
  return Nothing();
}

catalog::Database CatalogCommands::RequireDatabase(const std::pair<std::string, std::string>& name) {
  if (std::optional<catalog::Database> found = CatalogOf(name.first)->FindDatabase(name.second)) return *found;
  throw QueryError("SCHEMA_NOT_FOUND", {{"schemaName", QuoteIdentifiers({name.first, name.second})}});
}

bool CatalogCommands::IsTemporaryView(const Names& parts) {
  if (parts.size() == 2 && analyzer::FoldCase(parts[0]) == "global_temp") {
    return state_.global_temp_views().Find(parts[1], settings_.case_sensitive) != nullptr;
  }
  const bool session = parts.size() == 1 || (parts.size() == 2 && analyzer::FoldCase(parts[0]) == "session");
  return session && state_.temp_views().Find(parts.back(), settings_.case_sensitive) != nullptr;
}

std::optional<catalog::Table> CatalogCommands::Find(const TableName& name) {
  return CatalogOf(name.catalog)->FindTable(name.database, name.table);
}

void CatalogCommands::ThrowNotFound(const Names& parts, const OriginPtr& origin, bool with_functions) const {
  const std::string path =
      "`system`.`session`, " + QuoteIdentifiers({settings_.current_catalog, settings_.current_database}) + "]";
  throw QueryError("TABLE_OR_VIEW_NOT_FOUND",
                   {{"relationName", QuoteIdentifiers(parts)},
                    {"searchPath", (with_functions ? "[`system`.`builtin`, " : "[") + path}},
                   origin);
}

std::pair<TableName, catalog::Table> CatalogCommands::RequireTable(const Names& parts, const OriginPtr& origin,
                                                                   const std::string& operation, bool with_functions) {
  auto throw_view = [&](const std::string& view) {
    throw QueryError("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", {{"viewName", view}, {"operation", operation}}, origin);
  };
  if (IsTemporaryView(parts)) {
    if (operation.empty()) ThrowNotFound(parts, origin, with_functions);
    throw_view(QuoteIdentifiers(parts));
  }
  TableName name = Resolve(parts);
  std::optional<catalog::Table> table = Find(name);
  if (!table) ThrowNotFound(parts, origin, with_functions);
  if (table->view) {
    if (operation.empty()) ThrowNotFound(parts, origin, with_functions);
    throw_view(name.Quoted());
  }
  return {std::move(name), std::move(*table)};
}

void CatalogCommands::ThrowExists(const TableName& name) {
  throw QueryError("TABLE_OR_VIEW_ALREADY_EXISTS", {{"relationName", name.Quoted()}});
}

void CatalogCommands::ThrowNoOperation(const TableName& name, const std::string& operation, ErrorClass error_class) {
  throw QueryError("UNSUPPORTED_FEATURE.TABLE_OPERATION", {{"tableName", name.Quoted()}, {"operation", operation}},
                   nullptr, error_class);
}

}  // namespace firesteel::session
