#include "warehouse/lake_catalog.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "types/quoting.h"
#include "warehouse/sqlite.h"

namespace firesteel::warehouse {
namespace {

namespace fs = std::filesystem;
using catalog::Database;
using catalog::DataFile;
using catalog::Table;
using catalog::TableKind;
using Json = nlohmann::json;

constexpr const char* kDefault = "default";
constexpr int64_t kFormat = 1;

constexpr const char* kTables = R"(
  CREATE TABLE IF NOT EXISTS lake (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS database (name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT, database TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
    UNIQUE (database, name));
  CREATE TABLE IF NOT EXISTS data_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT, entry_id INTEGER NOT NULL, path TEXT NOT NULL, row_count INTEGER NOT NULL,
    byte_count INTEGER NOT NULL, footer_bytes INTEGER NOT NULL, partition_values TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS data_file_of_entry ON data_file (entry_id);
  CREATE TABLE IF NOT EXISTS removed_file (path TEXT PRIMARY KEY, since_micros INTEGER NOT NULL) WITHOUT ROWID;
)";

std::string PartitionJson(const std::vector<std::optional<std::string>>& values) {
  Json json = Json::array();
  for (const auto& value : values) json.push_back(value ? Json(*value) : Json());
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::optional<std::string>> PartitionValues(const std::string& text) {
  std::vector<std::optional<std::string>> values;
  for (const Json& value : Json::parse(text)) {
    values.push_back(value.is_null() ? std::nullopt : std::optional<std::string>(value.get<std::string>()));
  }
  return values;
}

int64_t Now() { return SystemClock::Instance().NowMicros(); }

}  // namespace

LakeCatalog::LakeCatalog(std::string name, std::string folder) : name_(std::move(name)), folder_(std::move(folder)) {}

LakeCatalog::~LakeCatalog() = default;

Sqlite* LakeCatalog::Open(bool create) {
  if (sqlite_) return sqlite_.get();
  const fs::path file = fs::path(folder_) / "catalog.sqlite";
  std::error_code ignored;
  if (!create && !fs::exists(file, ignored)) return nullptr;
  fs::create_directories(folder_, ignored);
  auto sqlite = std::make_unique<Sqlite>(file.string(), true);
  {
    Transaction transaction(*sqlite, true);
    sqlite->Script(kTables);
    sqlite->Run("INSERT OR IGNORE INTO lake VALUES ('format', ?)", {kFormat});
    sqlite->Run("INSERT OR IGNORE INTO database VALUES (?, ?)",
                {std::string(kDefault), catalog::ToJson(DefaultDatabase())});
    if (sqlite->Number("SELECT value FROM lake WHERE key = 'format'") != kFormat) {
      throw InternalError("the warehouse " + folder_ + " was written by a later version of Firesteel");
    }
    transaction.Commit();
  }
  sqlite_ = std::move(sqlite);
  return sqlite_.get();
}

Database LakeCatalog::DefaultDatabase() const {
  Database database;
  database.name = kDefault;
  database.comment = "default database";
  database.location = Relative(folder_);
  return database;
}

std::string LakeCatalog::Relative(const std::string& path) const {
  if (path == folder_) return ".";
  return path.starts_with(folder_ + "/") ? path.substr(folder_.size() + 1) : path;
}

std::string LakeCatalog::Absolute(const std::string& path) const {
  if (path == ".") return folder_;
  return path.empty() || path[0] == '/' || path.find(":/") != std::string::npos ? path : folder_ + "/" + path;
}

void LakeCatalog::RequireDatabase(Sqlite& sqlite, const std::string& name) {
  if (sqlite.Number("SELECT 1 FROM database WHERE name = ?", {name})) return;
  throw QueryError("SCHEMA_NOT_FOUND", {{"schemaName", QuoteIdentifiers({name_, name})}});
}

std::vector<Database> LakeCatalog::ListDatabases() {
  std::lock_guard lock(mutex_);
  std::vector<Database> databases;
  Sqlite* sqlite = Open(false);
  if (!sqlite) {
    databases.push_back(DefaultDatabase());
    databases.back().location = folder_;
    return databases;
  }
  Statement statement(sqlite->handle(), "SELECT name, definition FROM database ORDER BY name");
  while (statement.Step()) {
    databases.push_back(catalog::DatabaseFromJson(statement.Text(1)));
    databases.back().name = statement.Text(0);
    databases.back().location = Absolute(databases.back().location);
  }
  return databases;
}

std::optional<Database> LakeCatalog::FindDatabase(const std::string& name) {
  for (Database& database : ListDatabases()) {
    if (database.name == name) return std::move(database);
  }
  return std::nullopt;
}

bool LakeCatalog::CreateDatabase(const Database& database) {
  std::lock_guard lock(mutex_);
  Sqlite& sqlite = *Open(true);
  Transaction transaction(sqlite, true);
  if (sqlite.Number("SELECT 1 FROM database WHERE name = ?", {database.name})) return false;
  Database stored = database;
  stored.location = Relative(database.location.empty() ? folder_ + "/" + database.name + ".db" : database.location);
  sqlite.Run("INSERT INTO database VALUES (?, ?)", {database.name, catalog::ToJson(stored)});
  transaction.Commit();
  return true;
}

void LakeCatalog::UpdateDatabase(const Database& database) {
  std::lock_guard lock(mutex_);
  Sqlite& sqlite = *Open(true);
  Transaction transaction(sqlite, true);
  RequireDatabase(sqlite, database.name);
  Database stored = database;
  stored.location = Relative(database.location);
  sqlite.Run("UPDATE database SET definition = ? WHERE name = ?", {catalog::ToJson(stored), database.name});
  transaction.Commit();
}

bool LakeCatalog::DropDatabase(const std::string& name, bool cascade) {
  std::lock_guard lock(mutex_);
  Sqlite& sqlite = *Open(true);
  Transaction transaction(sqlite, true);
  if (!sqlite.Number("SELECT 1 FROM database WHERE name = ?", {name})) return false;
  std::vector<int64_t> ids;
  {
    Statement statement(sqlite.handle(), "SELECT id FROM entry WHERE database = ?");
    statement.Bind({name});
    while (statement.Step()) ids.push_back(statement.Int(0));
  }
  if (!ids.empty() && !cascade) {
    throw QueryError("SCHEMA_NOT_EMPTY", {{"schemaName", QuoteIdentifier(name)}});
  }
  for (int64_t id : ids) RemoveEntry(sqlite, id);
  sqlite.Run("DELETE FROM database WHERE name = ?", {name});
  transaction.Commit();
  return true;
}

std::string LakeCatalog::DefaultLocation(const std::string& database, const std::string& table) {
  const std::optional<Database> found = FindDatabase(database);
  return (found ? found->location : folder_ + "/" + database + ".db") + "/" + table;
}

Table LakeCatalog::ReadTable(int64_t id, std::string database, std::string name, std::string_view json) const {
  Table table = catalog::TableFromJson(json);
  table.id = id;
  table.database = std::move(database);
  table.name = std::move(name);
  table.location = Absolute(table.location);
  return table;
}

std::string LakeCatalog::TableJson(const Table& table) const {
  Table stored = table;
  stored.location = Relative(table.location);
  return catalog::ToJson(stored);
}

std::vector<Table> LakeCatalog::ListTables(const std::string& database) {
  std::lock_guard lock(mutex_);
  Sqlite* sqlite = Open(false);
  if (!sqlite) {
    if (database == kDefault) return {};
    throw QueryError("SCHEMA_NOT_FOUND", {{"schemaName", QuoteIdentifiers({name_, database})}});
  }
  Transaction transaction(*sqlite, false);
  RequireDatabase(*sqlite, database);
  std::vector<Table> tables;
  Statement statement(sqlite->handle(), "SELECT id, name, definition FROM entry WHERE database = ? ORDER BY name");
  statement.Bind({database});
  while (statement.Step()) {
    tables.push_back(ReadTable(statement.Int(0), database, statement.Text(1), statement.Text(2)));
  }
  return tables;
}

std::optional<Table> LakeCatalog::FindTable(const std::string& database, const std::string& name) {
  std::lock_guard lock(mutex_);
  Sqlite* sqlite = Open(false);
  if (!sqlite) return std::nullopt;
  Statement statement(sqlite->handle(), "SELECT id, definition FROM entry WHERE database = ? AND name = ?");
  statement.Bind({database, name});
  if (!statement.Step()) return std::nullopt;
  return ReadTable(statement.Int(0), database, name, statement.Text(1));
}

std::optional<catalog::Catalog::Snapshot> LakeCatalog::Read(const std::string& database, const std::string& name) {
  std::lock_guard lock(mutex_);
  Sqlite* sqlite = Open(false);
  if (!sqlite) return std::nullopt;
  Transaction transaction(*sqlite, false);
  Statement statement(sqlite->handle(), "SELECT id, definition FROM entry WHERE database = ? AND name = ?");
  statement.Bind({database, name});
  if (!statement.Step()) return std::nullopt;
  Snapshot snapshot{ReadTable(statement.Int(0), database, name, statement.Text(1)), {}};
  snapshot.files = Files(*sqlite, snapshot.table.id);
  return snapshot;
}

std::vector<DataFile> LakeCatalog::Files(Sqlite& sqlite, int64_t table_id) const {
  std::vector<DataFile> files;
  Statement statement(sqlite.handle(),
                      "SELECT path, row_count, byte_count, footer_bytes, partition_values FROM data_file "
                      "WHERE entry_id = ? ORDER BY id");
  statement.Bind({table_id});
  while (statement.Step()) {
    files.push_back({Absolute(statement.Text(0)), statement.Int(1), statement.Int(2), statement.Int(3),
                     PartitionValues(statement.Text(4))});
  }
  return files;
}

void LakeCatalog::AddFiles(Sqlite& sqlite, int64_t table_id, const std::vector<DataFile>& files) const {
  for (const DataFile& file : files) {
    sqlite.Run(
        "INSERT INTO data_file (entry_id, path, row_count, byte_count, footer_bytes, partition_values) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        {table_id, Relative(file.path), file.rows, file.bytes, file.footer_bytes,
         PartitionJson(file.partition_values)});
  }
}

bool LakeCatalog::CreateTable(const Table& table, const std::vector<DataFile>& files, std::optional<int64_t> replace) {
  std::lock_guard lock(mutex_);
  Sqlite& sqlite = *Open(true);
  Transaction transaction(sqlite, true);
  RequireDatabase(sqlite, table.database);
  const std::optional<int64_t> there =
      sqlite.Number("SELECT id FROM entry WHERE database = ? AND name = ?", {table.database, table.name});
  if (there != replace) return false;
  if (there) RemoveEntry(sqlite, *there);
  sqlite.Run("INSERT INTO entry (database, name, definition) VALUES (?, ?, ?)",
             {table.database, table.name, TableJson(table)});
  AddFiles(sqlite, *sqlite.Number("SELECT last_insert_rowid()"), files);
  transaction.Commit();
  CollectGarbage(sqlite);
  return true;
}

bool LakeCatalog::UpdateTable(const Table& table) {
  std::lock_guard lock(mutex_);
  Sqlite& sqlite = *Open(true);
  Transaction transaction(sqlite, true);
  if (!sqlite.Number("SELECT 1 FROM entry WHERE id = ?", {table.id})) return false;
  RequireDatabase(sqlite, table.database);
  if (sqlite.Number("SELECT 1 FROM entry WHERE database = ? AND name = ? AND id <> ?",
                    {table.database, table.name, table.id})) {
    return false;
  }
  sqlite.Run("UPDATE entry SET database = ?, name = ?, definition = ? WHERE id = ?",
             {table.database, table.name, TableJson(table), table.id});
  transaction.Commit();
  return true;
}

void LakeCatalog::RemoveEntry(Sqlite& sqlite, int64_t id) {
  sqlite.Run("INSERT OR IGNORE INTO removed_file SELECT path, ? FROM data_file WHERE entry_id = ?", {Now(), id});
  sqlite.Run("DELETE FROM data_file WHERE entry_id = ?", {id});
  sqlite.Run("DELETE FROM entry WHERE id = ?", {id});
}

bool LakeCatalog::DropTable(int64_t id) {
  std::lock_guard lock(mutex_);
  Sqlite& sqlite = *Open(true);
  Transaction transaction(sqlite, true);
  if (!sqlite.Number("SELECT 1 FROM entry WHERE id = ?", {id})) return false;
  RemoveEntry(sqlite, id);
  transaction.Commit();
  CollectGarbage(sqlite);
  return true;
}

bool LakeCatalog::Commit(const Change& change) {
  std::lock_guard lock(mutex_);
  Sqlite& sqlite = *Open(true);
  Transaction transaction(sqlite, true);
  if (!sqlite.Number("SELECT 1 FROM entry WHERE id = ?", {change.table_id})) return false;
  if (change.replaces) {
    for (const DataFile& file : Files(sqlite, change.table_id)) {
      if (!change.replaces(file)) continue;
      const std::string path = Relative(file.path);
      sqlite.Run("INSERT OR IGNORE INTO removed_file VALUES (?, ?)", {path, Now()});
      sqlite.Run("DELETE FROM data_file WHERE entry_id = ? AND path = ?", {change.table_id, path});
    }
  }
  AddFiles(sqlite, change.table_id, change.added);
  transaction.Commit();
  if (change.replaces) CollectGarbage(sqlite);
  return true;
}

// Removes what has been unused for long enough. A failure to remove is no failure of the change that came before.
void LakeCatalog::CollectGarbage(Sqlite& sqlite) {
  const int64_t now = Now();
  if (now - last_collection_ < kGraceMicros / 10) return;
  last_collection_ = now;
  std::vector<std::string> paths;
  {
    Statement statement(sqlite.handle(), "SELECT path FROM removed_file WHERE since_micros < ?");
    statement.Bind({now - kGraceMicros});
    while (statement.Step()) paths.push_back(statement.Text(0));
  }
  if (paths.empty()) return;
  for (const std::string& path : paths) {
    std::error_code ignored;
    fs::path file = Absolute(path);
    fs::remove(file, ignored);
    // Folders that are empty now go, too, up to the warehouse itself.
    for (file = file.parent_path(); file.string().starts_with(folder_ + "/"); file = file.parent_path()) {
      if (!fs::remove(file, ignored)) break;
    }
  }
  Transaction transaction(sqlite, true);
  for (const std::string& path : paths) sqlite.Run("DELETE FROM removed_file WHERE path = ?", {path});
  transaction.Commit();
}

}  // namespace firesteel::warehouse
