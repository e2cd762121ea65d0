#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "bound/session_settings.h"
#include "catalog/catalog.h"
#include "session/config/configuration.h"

namespace firesteel::session {

using CatalogPtr = std::shared_ptr<catalog::Catalog>;

/// A table's or view's full name.
struct TableName {
  std::string catalog;
  std::string database;
  std::string table;
  std::vector<std::string> parts() const { return {catalog, database, table}; }
  std::string Quoted() const;  ///< `spark_catalog`.`default`.`t`
  std::string Dotted() const;  ///< spark_catalog.default.t
};

/// The catalogs of a server: spark_catalog, which is the server's warehouse, and those that a session's configuration
/// names (spark.sql.catalog.<name> = firesteel, with spark.sql.catalog.<name>.warehouse as its folder). Nothing is
/// opened before its first use. Thread-safe.
class Catalogs {
 public:
  /// Null when there is none of that name.
  CatalogPtr Find(const std::string& name, const Configuration& configuration);
  /// Throws CATALOG_NOT_FOUND.
  CatalogPtr Require(const std::string& name, const Configuration& configuration);
  /// Those that were used or are configured, by name; spark_catalog always.
  static std::vector<std::string> Names(const Configuration& configuration);
  static bool Exists(const std::string& name, const Configuration& configuration);

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, CatalogPtr> open_;  // by name and folder; guarded by mutex_
};

/// What a name of one or more parts means under the current catalog and database. Throws
/// REQUIRES_SINGLE_PART_NAMESPACE.
TableName ResolveTableName(const std::vector<std::string>& parts, const bound::SessionSettings& settings,
                           const Configuration& configuration);
/// Catalog and database of a namespace of any number of parts; none: the current ones. Throws
/// REQUIRES_SINGLE_PART_NAMESPACE.
std::pair<std::string, std::string> ResolveDatabaseName(const std::vector<std::string>& parts,
                                                        const bound::SessionSettings& settings,
                                                        const Configuration& configuration);
/// A table's or database's name as the catalog keeps it.
std::string StoredName(const std::string& name, const bound::SessionSettings& settings);

}  // namespace firesteel::session
