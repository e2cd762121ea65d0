#include "warehouse/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace firesteel::warehouse {
namespace {

constexpr int kBusyMillis = 60'000;

/// What the disk says no to: it is full, read-only or broken. The rest is a bug of ours.
[[noreturn]] void FailStorage(int code, const std::string& path, const std::string& reason, int system_error) {
  const bool is_damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  std::string text = "the warehouse's catalog " + path + ": " + reason;
  if (system_error != 0) text += " (" + std::generic_category().message(system_error) + ")";
  log::Error("{}", text);
  if (is_damaged) {
    throw QueryError("FAILED_READ_FILE.NO_HINT", {{"path", "file://" + path}}, nullptr, ErrorClass::kSpark)
        .CausedByIo(std::move(text));
  }
  throw QueryError("TASK_WRITE_FAILED", {{"path", "file:" + path}}, nullptr, ErrorClass::kSpark)
      .CausedByIo(std::move(text));
}

bool IsOfStorage(int code) {
  return code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_READONLY || code == SQLITE_CANTOPEN ||
         code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_PERM;
}

[[noreturn]] void Fail(sqlite3* database, std::string_view what) {
  const int code = sqlite3_errcode(database) & 0xff;  // without what the extended code adds
  const std::string reason = sqlite3_errmsg(database);
  if (IsOfStorage(code)) {
    const char* path = sqlite3_db_filename(database, "main");
    // SQLite keeps no number of the system's for what it finds by writing less than it wanted.
    const int system_error = code == SQLITE_FULL ? ENOSPC : sqlite3_system_errno(database);
    FailStorage(code, path ? path : "", reason, system_error);
  }
  throw InternalError("the warehouse's catalog: " + reason + " (" + std::string(what) + ")");
}

}  // namespace

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  if (sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr) != SQLITE_OK) {
    Fail(database, sql);
  }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::Bind(std::initializer_list<SqliteValue> values) {
  sqlite3_reset(statement_);
  int index = 0;
  for (const SqliteValue& value : values) {
    ++index;
    if (const auto* number = std::get_if<int64_t>(&value)) {
      sqlite3_bind_int64(statement_, index, *number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      sqlite3_bind_text64(statement_, index, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
      sqlite3_bind_null(statement_, index);
    }
  }
  return *this;
}

bool Statement::Step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Fail(database_, sqlite3_sql(statement_));
}

int64_t Statement::Int(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Statement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return text ? std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}

bool Statement::IsNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Sqlite::Sqlite(const std::string& path, bool create) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  if (sqlite3_open_v2(path.c_str(), &database_, flags, nullptr) != SQLITE_OK) {
    const std::string reason = database_ ? sqlite3_errmsg(database_) : "no memory";
    const int system_error = database_ ? sqlite3_system_errno(database_) : ENOMEM;
    sqlite3_close(database_);
    FailStorage(SQLITE_CANTOPEN, path, reason, system_error);
  }
  sqlite3_busy_timeout(database_, kBusyMillis);
  try {
    Script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA case_sensitive_like = ON;");
  } catch (...) {
    sqlite3_close(database_);
    throw;
  }
}

Sqlite::~Sqlite() { sqlite3_close(database_); }

void Sqlite::Run(std::string_view sql, std::initializer_list<SqliteValue> values) {
  Statement statement(database_, sql);
  statement.Bind(values);
  while (statement.Step()) {
  }
}

void Sqlite::Script(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) Fail(database_, sql);
}

std::optional<int64_t> Sqlite::Number(std::string_view sql, std::initializer_list<SqliteValue> values) {
  Statement statement(database_, sql);
  statement.Bind(values);
  if (!statement.Step() || statement.IsNull(0)) return std::nullopt;
  return statement.Int(0);
}

Transaction::Transaction(Sqlite& database, bool write) : database_(database) {
  database_.Script(write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.Script("ROLLBACK");
  } catch (const std::exception& error) {
    log::Warn("{}", error.what());
  }
}

void Transaction::Commit() {
  database_.Script("COMMIT");
  open_ = false;
}

}  // namespace firesteel::warehouse
