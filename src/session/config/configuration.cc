#include "session/config/configuration.h"

#include "base/error.h"
#include "session/config/config_table.h"
#include "session/config/config_value.h"
#include "types/type_text.h"

namespace firesteel::session {
namespace {

// Spark Connect always uses Arrow: these keys can be set but do nothing there.
constexpr std::string_view kWithoutMeaning[] = {"spark.sql.execution.arrow.enabled",
                                                "spark.sql.execution.arrow.pyspark.fallback.enabled",
                                                "spark.sql.execution.arrow.fallback.enabled"};

}  // namespace

Configuration::Configuration(std::shared_ptr<const ConfigMap> server)
    : server_(server ? std::move(server) : std::make_shared<const ConfigMap>()), settings_(*server_) {}

std::optional<std::string> Configuration::FindSet(std::string_view key) const {
  std::lock_guard lock(mutex_);
  auto it = settings_.find(key);
  if (it == settings_.end()) return std::nullopt;
  return it->second;
}

std::optional<std::string> Configuration::GetOption(const std::string& key) const {
  if (auto value = FindSet(key)) return value;
  const ConfigRow* row = FindConfigRow(key);
  while (row != nullptr && !row->fallback.empty()) {
    if (auto value = FindSet(row->fallback)) return value;
    row = FindConfigRow(row->fallback);
  }
  if (row == nullptr) return std::nullopt;
  if (row->type == ConfigType::kTimeZone) return SystemTimeZone();
  if (row->default_value == nullptr) return std::nullopt;
  return PrintedDefault(*row);
}

std::optional<std::string> Configuration::Get(const std::string& key) const {
  auto value = GetOption(key);
  if (!value && FindConfigRow(key) == nullptr) {
    throw QueryError("SQL_CONF_NOT_FOUND", {{"sqlConf", DoubleQuoted(key)}});
  }
  return value;
}

std::optional<std::string> Configuration::GetWithDefault(const std::string& key,
                                                         const std::optional<std::string>& fallback) const {
  if (fallback) {
    if (const ConfigRow* row = FindConfigRow(key)) CheckConfigValue(*row, *fallback);
  }
  auto value = FindSet(key);
  return value ? value : fallback;
}

std::vector<std::pair<std::string, std::string>> Configuration::GetAll(std::string_view prefix) const {
  std::vector<std::pair<std::string, std::string>> result;
  std::lock_guard lock(mutex_);
  for (auto it = settings_.lower_bound(prefix); it != settings_.end() && it->first.starts_with(prefix); ++it) {
    result.emplace_back(it->first.substr(prefix.size()), it->second);
  }
  return result;
}

void Configuration::RequireModifiable(const std::string& key) {
  const ConfigRow* row = FindConfigRow(key);
  if (row != nullptr && row->scope == ConfigScope::kStatic) {
    throw QueryError("CANNOT_MODIFY_STATIC_CONFIG", {{"key", DoubleQuoted(key)}});
  }
  if (row == nullptr && IsCoreConfigKey(key)) {
    throw QueryError("CANNOT_MODIFY_CONFIG",
                     {{"key", DoubleQuoted(key)}, {"docroot", "https://spark.apache.org/docs/latest"}});
  }
}

void Configuration::Set(const std::string& key, const std::string& value) {
  RequireModifiable(key);
  if (const RemovedConfig* removed = FindRemovedConfig(key); removed != nullptr && removed->default_value != value) {
    throw QueryError(
        "_LEGACY_ERROR_TEMP_1226",
        {{"configName", key}, {"version", std::string(removed->version)}, {"comment", std::string(removed->comment)}});
  }
  if (const ConfigRow* row = FindConfigRow(key)) CheckConfigValue(*row, value);
  std::lock_guard lock(mutex_);
  settings_.insert_or_assign(key, value);
}

void Configuration::Unset(const std::string& key) {
  RequireModifiable(key);
  std::lock_guard lock(mutex_);
  settings_.erase(key);
}

void Configuration::Reset(const std::string& key) {
  RequireModifiable(key);
  std::lock_guard lock(mutex_);
  if (auto it = server_->find(key); it != server_->end()) {
    settings_.insert_or_assign(key, it->second);
  } else {
    settings_.erase(key);
  }
}

void Configuration::ResetAll() {
  std::lock_guard lock(mutex_);
  settings_ = *server_;
}

void Configuration::CopyFrom(const Configuration& other) {
  ConfigMap copy;
  {
    std::lock_guard lock(other.mutex_);
    copy = other.settings_;
  }
  std::lock_guard lock(mutex_);
  settings_ = std::move(copy);
}

bool Configuration::IsModifiable(const std::string& key) const {
  const ConfigRow* row = FindConfigRow(key);
  return row != nullptr && row->scope == ConfigScope::kRuntime;
}

std::vector<std::string> Configuration::Warnings(const std::string& key) {
  std::vector<std::string> warnings;
  for (std::string_view other : kWithoutMeaning) {
    if (key == other) warnings.push_back("The SQL config '" + key + "' is NOT supported in Spark Connect");
  }
  if (const DeprecatedConfig* row = FindDeprecatedConfig(key); row != nullptr && warnings.empty()) {
    warnings.push_back("The SQL config '" + key + "' has been deprecated in Spark v" + std::string(row->version) +
                       " and may be removed in the future. " + std::string(row->comment));
  }
  return warnings;
}

std::string Configuration::GetText(std::string_view key) const {
  auto value = GetOption(std::string(key));
  if (!value && FindConfigRow(key) == nullptr) throw InternalError("no such configuration key: " + std::string(key));
  return value.value_or("");
}

bool Configuration::GetBoolean(std::string_view key) const {
  bool value = false;
  if (!ParseConfigBoolean(GetText(key), &value)) throw InternalError("not a boolean: " + std::string(key));
  return value;
}

int64_t Configuration::GetNumber(std::string_view key) const {
  const ConfigRow* row = FindConfigRow(key);
  int64_t value = 0;
  if (row == nullptr || !ParseConfigNumber(row->type, GetText(key), &value)) {
    throw InternalError("not a number: " + std::string(key));
  }
  return value;
}

}  // namespace firesteel::session
