#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "catalog/catalog.h"

namespace firesteel::warehouse {

class Sqlite;

/// Managed tables of one folder: immutable Parquet files, and in `catalog.sqlite` beside them which of these are which
/// table (docs/adr/0006). A commit is one SQLite transaction: what it acknowledged survives the end of the process at
/// any moment, what it did not is invisible. Any number of processes may use the folder. Nothing is made on disk before
/// the first change; a folder without a catalog has the database `default` and nothing in it.
///
/// Files that no table has any more are removed when they have been without one for kGraceMicros: a query that began
/// before still reads them.
class LakeCatalog : public catalog::Catalog {
 public:
  /// `folder` is absolute; `name` is that of the catalog, for errors.
  LakeCatalog(std::string name, std::string folder);
  ~LakeCatalog() override;

  std::vector<catalog::Database> ListDatabases() override;
  std::optional<catalog::Database> FindDatabase(const std::string& name) override;
  bool CreateDatabase(const catalog::Database& database) override;
  void UpdateDatabase(const catalog::Database& database) override;
  bool DropDatabase(const std::string& name, bool cascade) override;
  std::string DefaultLocation(const std::string& database, const std::string& table) override;
  std::vector<catalog::Table> ListTables(const std::string& database) override;
  std::optional<catalog::Table> FindTable(const std::string& database, const std::string& name) override;
  bool CreateTable(const catalog::Table& table, const std::vector<catalog::DataFile>& files,
                   std::optional<int64_t> replace) override;
  bool UpdateTable(const catalog::Table& table) override;
  bool DropTable(int64_t id) override;
  std::optional<Snapshot> Read(const std::string& database, const std::string& name) override;
  bool Commit(const Change& change) override;

  static constexpr int64_t kGraceMicros = 10LL * 60 * 1'000'000;

 private:
  /// The open catalog, or null when there is none and `create` is false.
  Sqlite* Open(bool create);
  void RequireDatabase(Sqlite& sqlite, const std::string& name);
  catalog::Table ReadTable(int64_t id, std::string database, std::string name, std::string_view json) const;
  std::string TableJson(const catalog::Table& table) const;
  std::vector<catalog::DataFile> Files(Sqlite& sqlite, int64_t table_id) const;
  void AddFiles(Sqlite& sqlite, int64_t table_id, const std::vector<catalog::DataFile>& files) const;
  void RemoveEntry(Sqlite& sqlite, int64_t id);
  void CollectGarbage(Sqlite& sqlite);
  std::string Relative(const std::string& path) const;
  std::string Absolute(const std::string& path) const;
  catalog::Database DefaultDatabase() const;

  const std::string name_;
  const std::string folder_;
  std::mutex mutex_;                // one connection, one user
  std::unique_ptr<Sqlite> sqlite_;  // guarded by mutex_
  int64_t last_collection_ = 0;     // guarded by mutex_
};

}  // namespace firesteel::warehouse
