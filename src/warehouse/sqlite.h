#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

struct sqlite3;
struct sqlite3_stmt;

namespace firesteel::warehouse {

using SqliteValue = std::variant<std::nullptr_t, int64_t, std::string>;

/// One prepared statement: bind, step, read. Throws InternalError for whatever SQLite refuses.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Bind(std::initializer_list<SqliteValue> values);
  /// False when there are no more rows.
  bool Step();
  int64_t Int(int column) const;
  std::string Text(int column) const;
  bool IsNull(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

/// One connection to a SQLite file with a write-ahead log, so that readers never wait. Other processes may have it
/// open, too; a writer waits for another for a minute. Not thread-safe.
class Sqlite {
 public:
  /// Throws InternalError when the file cannot be opened (`create`: or made).
  Sqlite(const std::string& path, bool create);
  ~Sqlite();
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  sqlite3* handle() { return database_; }
  void Run(std::string_view sql, std::initializer_list<SqliteValue> values = {});
  /// Several statements without values.
  void Script(const char* sql);
  /// First column of the first row.
  std::optional<int64_t> Number(std::string_view sql, std::initializer_list<SqliteValue> values = {});

 private:
  sqlite3* database_ = nullptr;
};

/// BEGIN … COMMIT; rolls back unless Commit was called. `write` takes the write lock at once, so that no later step can
/// find the state changed.
class Transaction {
 public:
  Transaction(Sqlite& database, bool write);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  /// After it returns the change is on disk.
  void Commit();

 private:
  Sqlite& database_;
  bool open_ = true;
};

}  // namespace firesteel::warehouse
