#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firesteel::session {

using ConfigMap = std::map<std::string, std::string, std::less<>>;

/// The configuration of one session: the table of Spark's keys with what the server and the user set over it.
/// Thread-safe; every function holds the lock for its own duration. A `nullopt` value is Spark's null.
class Configuration {
 public:
  /// `server` are the settings that every session starts with (spark.master, …); RESET returns to them.
  explicit Configuration(std::shared_ptr<const ConfigMap> server);

  /// What is set, else the default. Throws QueryError SQL_CONF_NOT_FOUND when there is neither such a key nor value.
  std::optional<std::string> Get(const std::string& key) const;
  /// As Get, but no value for an unknown key.
  std::optional<std::string> GetOption(const std::string& key) const;
  /// What is set, else `fallback` (never the table's default), which must suit the key: INVALID_CONF_VALUE.*.
  std::optional<std::string> GetWithDefault(const std::string& key, const std::optional<std::string>& fallback) const;
  /// Everything that is set and begins with `prefix`, which is cut off; by key.
  std::vector<std::pair<std::string, std::string>> GetAll(std::string_view prefix = {}) const;

  /// Throws CANNOT_MODIFY_STATIC_CONFIG, CANNOT_MODIFY_CONFIG, INVALID_CONF_VALUE.*, _LEGACY_ERROR_TEMP_1226.
  void Set(const std::string& key, const std::string& value);
  /// Throws as Set for keys that may not change; unsetting what is not set is fine.
  void Unset(const std::string& key);
  /// RESET of one key or of all: back to what the server gave.
  void Reset(const std::string& key);
  void ResetAll();

  /// Sets everything that is set in `other`, and nothing else.
  void CopyFrom(const Configuration& other);

  bool IsModifiable(const std::string& key) const;
  /// What the user should be told about the key: deprecated, or without meaning in Spark Connect.
  static std::vector<std::string> Warnings(const std::string& key);

  // For keys of the table: the value set or the default. InternalError for a key that is not in it.
  bool GetBoolean(std::string_view key) const;
  int64_t GetNumber(std::string_view key) const;  ///< int, long, bytes, time in the row's unit
  std::string GetText(std::string_view key) const;
  /// What is set for the key itself (in the session or on the server); nothing for a default.
  std::optional<std::string> FindSet(std::string_view key) const;

 private:
  static void RequireModifiable(const std::string& key);

  const std::shared_ptr<const ConfigMap> server_;
  mutable std::mutex mutex_;
  ConfigMap settings_;  // guarded by mutex_
};

}  // namespace firesteel::session
