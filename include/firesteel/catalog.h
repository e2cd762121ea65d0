#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firesteel/dataframe.h"
#include "firesteel/options.h"
#include "firesteel/storage_level.h"
#include "firesteel/types.h"

namespace firesteel::client {

class Executor;

/// The catalogs, databases, tables, functions and the cache of the session's server. A handle; thread-safe. Every call
/// asks the server and waits for its answer; errors are those of every call and kAnalysis for names that do not exist.
///
///     for (const Catalog::Table& table : *session.catalog().list_tables("sales")) …
///
/// Names may be qualified: "db.table", "catalog.db.table". Patterns are Spark's: "*" for any text, "|" between several.
class Catalog {
 public:
  struct CatalogMetadata {
    std::string name;
    std::optional<std::string> description;
  };
  struct Database {
    std::string name;
    std::optional<std::string> catalog;
    std::optional<std::string> description;
    std::string location_uri;
  };
  struct Table {
    std::string name;
    std::optional<std::string> catalog;
    std::vector<std::string> name_space;
    std::optional<std::string> description;
    std::string table_type;  ///< "MANAGED", "EXTERNAL", "VIEW", "TEMPORARY"
    bool is_temporary = false;
  };
  struct Function {
    std::string name;
    std::optional<std::string> catalog;
    std::vector<std::string> name_space;
    std::optional<std::string> description;
    std::string class_name;
    bool is_temporary = false;
  };
  struct TableColumn {
    std::string name;
    std::optional<std::string> description;
    std::string data_type;
    bool nullable = true;
    bool is_partition = false;
    bool is_bucket = false;
    bool is_cluster = false;
  };

  Result<std::string> current_catalog() const;
  Result<void> set_current_catalog(std::string name) const;
  Result<std::vector<CatalogMetadata>> list_catalogs(const std::optional<std::string>& pattern = {}) const;

  Result<std::string> current_database() const;
  Result<void> set_current_database(std::string name) const;
  Result<std::vector<Database>> list_databases(const std::optional<std::string>& pattern = {}) const;
  Result<Database> get_database(std::string name) const;
  Result<bool> database_exists(std::string name) const;
  Result<void> create_database(std::string name, bool if_not_exists = false,
                               const std::map<std::string, std::string>& properties = {}) const;
  Result<void> drop_database(std::string name, bool if_exists = false, bool cascade = false) const;

  Result<std::vector<Table>> list_tables(const std::optional<std::string>& database = {},
                                         const std::optional<std::string>& pattern = {}) const;
  /// A pattern without a database asks for the current database first.
  Result<std::vector<Table>> list_views(const std::optional<std::string>& database = {},
                                        const std::optional<std::string>& pattern = {}) const;
  Result<Table> get_table(std::string name) const;
  Result<bool> table_exists(std::string name, const std::optional<std::string>& database = {}) const;
  Result<std::vector<TableColumn>> list_columns(std::string table,
                                                const std::optional<std::string>& database = {}) const;
  Result<std::vector<std::string>> list_partitions(std::string table) const;
  Result<std::map<std::string, std::string>> get_table_properties(std::string table) const;
  /// The statement that makes the table.
  Result<std::string> get_create_table_string(std::string table, bool as_serde = false) const;
  Result<DataFrame> create_table(std::string name, const std::optional<std::string>& path = {},
                                 const std::optional<std::string>& source = {},
                                 const std::optional<Schema>& schema = {},
                                 const std::optional<std::string>& description = {}, const Options& options = {}) const;
  Result<DataFrame> create_external_table(std::string name, const std::optional<std::string>& path = {},
                                          const std::optional<std::string>& source = {},
                                          const std::optional<Schema>& schema = {}, const Options& options = {}) const {
    return create_table(std::move(name), path, source, schema, {}, options);
  }
  Result<void> drop_table(std::string name, bool if_exists = false, bool purge = false) const;
  Result<void> truncate_table(std::string name) const;
  Result<void> analyze_table(std::string name, bool no_scan = false) const;
  Result<void> recover_partitions(std::string table) const;
  Result<void> drop_view(std::string name, bool if_exists = false) const;
  /// Whether there was one.
  Result<bool> drop_temp_view(std::string name) const;
  Result<bool> drop_global_temp_view(std::string name) const;

  Result<std::vector<Function>> list_functions(const std::optional<std::string>& database = {},
                                               const std::optional<std::string>& pattern = {}) const;
  Result<Function> get_function(std::string name) const;
  Result<bool> function_exists(std::string name, const std::optional<std::string>& database = {}) const;

  Result<bool> is_cached(std::string table) const;
  Result<void> cache_table(std::string table, const std::optional<StorageLevel>& level = {}) const;
  Result<void> uncache_table(std::string table) const;
  Result<void> clear_cache() const;
  Result<void> refresh_table(std::string table) const;
  Result<void> refresh_by_path(std::string path) const;

 private:
  friend class Session;
  friend struct internal::Access;
  explicit Catalog(std::shared_ptr<Executor> executor) : executor_(std::move(executor)) {}

  std::shared_ptr<Executor> executor_;
};

}  // namespace firesteel::client
