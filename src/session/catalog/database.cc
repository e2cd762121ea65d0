// CREATE, DROP, ALTER and DESCRIBE DATABASE, USE.
#include <pwd.h>
#include <unistd.h>

#include "analyzer/name.h"
#include "base/error.h"
#include "session/catalog/catalog_commands.h"
#include "session/catalog/stored_table.h"
#include "types/quoting.h"

namespace firesteel::session {
namespace {

std::string PathOf(std::string location) {
  if (location.starts_with("file://")) return location.substr(7);
  if (location.starts_with("file:")) return location.substr(5);
  return location;
}

// Who runs the server: the owner where no user is told.
std::string ProcessUser() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry ? entry->pw_name : "";
}

bool IsReserved(const std::string& key) { return key == "comment" || key == "location" || key == "owner"; }

}  // namespace

void CatalogCommands::Execute(const plan::CreateDatabase& create) {
  const auto [catalog, name] = ResolveDatabase(create.name);
  catalog::Database database;
  database.name = name;
  database.comment = create.comment.value_or("");
  database.owner = settings_.user;
  if (create.location) database.location = PathOf(*create.location);
  for (const auto& [key, value] : create.properties) database.properties[key] = value;
  if (name == "global_temp") {
    throw QueryError("RESERVED_DATABASE_NAME", {{"database", QuoteIdentifier(name)}});
  }
  CheckValidName(name);
  if (CatalogOf(catalog)->CreateDatabase(database) || create.if_not_exists) return;
  throw QueryError("SCHEMA_ALREADY_EXISTS", {{"schemaName", QuoteIdentifier(name)}});
}

void CatalogCommands::Execute(const plan::DropDatabase& drop) {
  const auto [catalog, name] = ResolveDatabase(drop.name);
  if (name == "default") {
    throw QueryError("UNSUPPORTED_FEATURE.DROP_DATABASE", {{"database", QuoteIdentifiers({catalog, name})}});
  }
  if (CatalogOf(catalog)->DropDatabase(name, drop.cascade) || drop.if_exists) return;
  throw QueryError("SCHEMA_NOT_FOUND", {{"schemaName", QuoteIdentifiers({catalog, name})}});
}

void CatalogCommands::Execute(const plan::AlterDatabase& alter) {
  const auto name = ResolveDatabase(alter.name);
  catalog::Database database = RequireDatabase(name);
  if (const auto* set = std::get_if<plan::SetProperties>(&alter.change)) {
    for (const auto& [key, value] : set->properties) {
      if (!IsReserved(key)) database.properties[key] = value;
    }
  } else if (const auto* unset = std::get_if<plan::UnsetProperties>(&alter.change)) {
    for (const std::string& key : unset->keys) database.properties.erase(key);
  } else {
    database.location = PathOf(std::get<plan::SetLocation>(alter.change).location);
  }
  CatalogOf(name.first)->UpdateDatabase(database);
}

CommandResult CatalogCommands::DescribeDatabase(const plan::ShowStatement& show) {
  Names parts;
  bool extended = false;
  for (const auto& [key, value] : show.arguments) {
    if (key == "namespace") parts.push_back(value);
    if (key == "extended") extended = true;
  }
  if (parts.size() > 1 && !Catalogs::Exists(parts[0], state_.configuration())) {
    throw QueryError("NESTED_DATABASE_UNSUPPORTED_BY_V1_SESSION_CATALOG", {{"namespace", QuoteIdentifiers(parts)}});
  }
  const auto name = ResolveDatabase(parts);
  const catalog::Database database = RequireDatabase(name);
  Rows rows;
  auto add = [&](const char* key, std::string value) {
    rows.push_back({Value{std::string(key)}, Value{std::move(value)}});
  };
  add("Catalog Name", name.first);
  add("Namespace Name", name.second);
  if (!database.comment.empty()) add("Comment", database.comment);
  add("Location", LocationText(database.location));
  const std::string owner = database.owner.empty() ? ProcessUser() : database.owner;
  if (!owner.empty()) add("Owner", owner);
  if (extended) {
    std::string properties;
    for (const auto& [key, value] : database.properties) {
      properties += (properties.empty() ? "(" : ", (") + key + "," + value + ")";
    }
    add("Properties", properties.empty() ? "" : "(" + properties + ")");
  }
  const Schema schema{{"info_name", DataType::String(), false, R"({"comment":"name of the namespace info"})"},
                      {"info_value", DataType::String(), true, R"({"comment":"value of the namespace info"})"}};
  return Text(schema, rows);
}

// USE name: a catalog, a database of the current one, or catalog.database. USE DATABASE name: never a catalog alone.
CommandResult CatalogCommands::Use(const plan::ShowStatement& show) {
  Names parts;
  for (const auto& [key, value] : show.arguments) parts.push_back(value);
  const bool names_catalog = show.statement == "USE" && parts.size() == 1 &&
                             Catalogs::Exists(parts[0], state_.configuration()) && parts[0] != "default";
  if (names_catalog) {
    CatalogOf(parts[0]);
    state_.SetCurrentCatalog(parts[0]);
    state_.SetCurrentDatabase("default");
    return Nothing();
  }
  if (parts.size() == 1 && analyzer::FoldCase(parts[0]) == "global_temp") {
    throw QueryError("_LEGACY_ERROR_TEMP_1068", {{"database", "global_temp"}});
  }
  const bool known = Catalogs::Exists(parts[0], state_.configuration());
  if (parts.size() > 1 && (!known || show.statement == "USE NAMESPACE")) {
    Names full = parts;
    full.insert(full.begin(), settings_.current_catalog);
    throw QueryError("SCHEMA_NOT_FOUND", {{"schemaName", QuoteIdentifiers(full)}});
  }
  const auto name = ResolveDatabase(parts);
  RequireDatabase(name);
  state_.SetCurrentCatalog(name.first);
  state_.SetCurrentDatabase(name.second);
  return Nothing();
}

}  // namespace firesteel::session
