#include "session/catalog/catalogs.h"

#include <algorithm>
#include <filesystem>

#include "analyzer/name.h"
#include "base/error.h"
#include "types/quoting.h"
#include "warehouse/lake_catalog.h"

namespace firesteel::session {
namespace {

constexpr const char* kSessionCatalog = "spark_catalog";
constexpr std::string_view kPrefix = "spark.sql.catalog.";

std::string FolderOf(std::string location) {
  if (location.starts_with("file://")) {
    location.erase(0, 7);
  } else if (location.starts_with("file:")) {
    location.erase(0, 5);
  }
  while (location.size() > 1 && location.ends_with('/')) location.pop_back();
  return std::filesystem::absolute(location.empty() ? "spark-warehouse" : location).lexically_normal().string();
}

}  // namespace

std::string TableName::Quoted() const { return QuoteIdentifiers(parts()); }
std::string TableName::Dotted() const { return catalog + "." + database + "." + table; }

bool Catalogs::Exists(const std::string& name, const Configuration& configuration) {
  return name == kSessionCatalog || configuration.GetOption(std::string(kPrefix) + name).has_value();
}

CatalogPtr Catalogs::Find(const std::string& name, const Configuration& configuration) {
  std::string folder;
  if (name == kSessionCatalog) {
    folder = FolderOf(configuration.GetOption("spark.sql.warehouse.dir").value_or(""));
  } else {
    const std::optional<std::string> kind = configuration.GetOption(std::string(kPrefix) + name);
    if (!kind) return nullptr;
    if (analyzer::FoldCase(*kind) != "firesteel") {
      ThrowUnsupported("the catalog implementation " + *kind + " (" + std::string(kPrefix) + name +
                       " = firesteel gives another warehouse)");
    }
    const std::optional<std::string> place = configuration.GetOption(std::string(kPrefix) + name + ".warehouse");
    if (!place) ThrowUnsupported("a catalog without a folder (" + std::string(kPrefix) + name + ".warehouse)");
    folder = FolderOf(*place);
  }
  std::lock_guard lock(mutex_);
  CatalogPtr& open = open_[{name, folder}];
  if (!open) open = std::make_shared<warehouse::LakeCatalog>(name, folder);
  return open;
}

CatalogPtr Catalogs::Require(const std::string& name, const Configuration& configuration) {
  if (CatalogPtr found = Find(name, configuration)) return found;
  throw QueryError("CATALOG_NOT_FOUND",
                   {{"catalogName", QuoteIdentifier(name)}, {"config", DoubleQuoted(std::string(kPrefix) + name)}},
                   nullptr, ErrorClass::kSpark);
}

std::vector<std::string> Catalogs::Names(const Configuration& configuration) {
  std::vector<std::string> names{kSessionCatalog};
  for (const auto& [key, value] : configuration.GetAll(kPrefix)) {
    if (key.find('.') == std::string::npos && key != kSessionCatalog) names.push_back(key);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string StoredName(const std::string& name, const bound::SessionSettings& settings) {
  return settings.case_sensitive ? name : analyzer::FoldCase(name);
}

TableName ResolveTableName(const std::vector<std::string>& parts, const bound::SessionSettings& settings,
                           const Configuration& configuration) {
  TableName name{settings.current_catalog, settings.current_database, ""};
  std::vector<std::string> rest = parts;
  if (rest.size() > 1 && Catalogs::Exists(rest[0], configuration)) {
    name.catalog = rest[0];
    rest.erase(rest.begin());
    name.database.clear();
  }
  const bool qualified = rest.size() == 2;
  if (!qualified && (rest.size() != 1 || name.database.empty())) {
    throw QueryError("REQUIRES_SINGLE_PART_NAMESPACE",
                     {{"sessionCatalog", name.catalog}, {"identifier", QuoteIdentifiers(rest)}});
  }
  if (qualified) name.database = StoredName(rest[0], settings);
  name.table = StoredName(rest.back(), settings);
  return name;
}

std::pair<std::string, std::string> ResolveDatabaseName(const std::vector<std::string>& parts,
                                                        const bound::SessionSettings& settings,
                                                        const Configuration& configuration) {
  std::vector<std::string> rest = parts;
  std::string catalog = settings.current_catalog;
  if (rest.empty()) return {catalog, settings.current_database};
  if (Catalogs::Exists(rest[0], configuration) && (rest.size() > 1 || rest[0] != "default")) {
    catalog = rest[0];
    rest.erase(rest.begin());
    if (rest.empty()) return {catalog, "default"};
  }
  if (rest.size() != 1) {
    throw QueryError("REQUIRES_SINGLE_PART_NAMESPACE",
                     {{"sessionCatalog", catalog}, {"identifier", QuoteIdentifiers(rest)}});
  }
  return {catalog, StoredName(rest[0], settings)};
}

}  // namespace firesteel::session
