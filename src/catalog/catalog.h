#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/table.h"

namespace firesteel::catalog {

/// One catalog: databases of tables and views. Names are compared as given (callers lower them where Spark does).
/// Every function is one transaction: it sees one state of the catalog and changes it whole or not at all, also against
/// other processes. Thread-safe; calls take about a millisecond, and wait for each other where they write.
/// Functions on a database that is not there throw SCHEMA_NOT_FOUND, with `catalog` before the name.
class Catalog {
 public:
  virtual ~Catalog() = default;

  virtual std::vector<Database> ListDatabases() = 0;  ///< by name
  virtual std::optional<Database> FindDatabase(const std::string& name) = 0;
  /// False when it is there already.
  virtual bool CreateDatabase(const Database& database) = 0;
  virtual void UpdateDatabase(const Database& database) = 0;
  /// Throws SCHEMA_NOT_EMPTY unless `cascade`. False when it is not there.
  virtual bool DropDatabase(const std::string& name, bool cascade) = 0;
  /// Where a new managed table of the database would put its files.
  virtual std::string DefaultLocation(const std::string& database, const std::string& table) = 0;

  virtual std::vector<Table> ListTables(const std::string& database) = 0;  ///< and views, by name
  /// Nothing also when the database is not there.
  virtual std::optional<Table> FindTable(const std::string& database, const std::string& name) = 0;

  /// A new table or view; `table.id` is ignored. Its data are `files`. False when the name is taken. When `replace`
  /// is the id of an entry, that one goes in the same step, and false means that it had gone or changed before.
  virtual bool CreateTable(const Table& table, const std::vector<DataFile>& files,
                           std::optional<int64_t> replace = std::nullopt) = 0;
  /// Another definition (and, if database or name differ, place) of the table with this id. False when it has gone, or
  /// the new name is taken.
  virtual bool UpdateTable(const Table& table) = 0;
  /// False when it has gone. Data files of managed tables are removed some time later.
  virtual bool DropTable(int64_t id) = 0;

  struct Snapshot {
    Table table;
    std::vector<DataFile> files;
  };
  /// The table with its files, both of one moment.
  virtual std::optional<Snapshot> Read(const std::string& database, const std::string& name) = 0;

  struct Change {
    int64_t table_id = 0;
    std::vector<DataFile> added;
    /// Which of the files that are there at that moment go; null: none.
    std::function<bool(const DataFile&)> replaces;
  };
  /// False when the table has gone.
  virtual bool Commit(const Change& change) = 0;
};

}  // namespace firesteel::catalog
