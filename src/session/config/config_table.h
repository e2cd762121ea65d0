#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace firesteel::session {

enum class ConfigScope : uint8_t {
  kRuntime,  ///< may be changed in a session
  kStatic,   ///< fixed when the server starts
};

/// How Spark reads the text of a value.
enum class ConfigType : uint8_t {
  kString,
  kBoolean,
  kInt,
  kLong,
  kDouble,
  kEnum,
  kEnumIgnoringCase,
  kBytes,         ///< "64MB"; a bare number counts bytes
  kMebibytes,     ///< a bare number counts MiB
  kMilliseconds,  ///< "10s"; a bare number counts milliseconds
  kSeconds,
  kMinutes,
  kTimeZone,
};

/// One key. Sorted by key in the table.
struct ConfigRow {
  std::string_view key;
  ConfigScope scope;
  ConfigType type;
  const char* default_value;       ///< null: none
  bool is_public;                  ///< shown by SET -v
  std::string_view fallback = {};  ///< key whose value (and name in messages) counts while this one is unset
  std::string_view options = {};   ///< allowed values, separated by ", "
  std::string_view interval = {};  ///< "[1,]", "(0,1)", "-1|[2,]": allowed numbers
  std::string_view requirement = {};
};

struct DeprecatedConfig {
  std::string_view key;
  std::string_view version;
  std::string_view comment;
};

struct RemovedConfig {
  std::string_view key;
  std::string_view version;
  std::string_view default_value;  ///< the only value that may still be set
  std::string_view comment;
};

std::span<const ConfigRow> ConfigRows();
std::span<const DeprecatedConfig> DeprecatedConfigs();
std::span<const RemovedConfig> RemovedConfigs();
/// Keys of Spark's core: no session may set them.
std::span<const std::string_view> CoreConfigKeys();

/// Null when the key is unknown. Binary search; thread-safe, as all of these.
const ConfigRow* FindConfigRow(std::string_view key);
const DeprecatedConfig* FindDeprecatedConfig(std::string_view key);
const RemovedConfig* FindRemovedConfig(std::string_view key);
bool IsCoreConfigKey(std::string_view key);

}  // namespace firesteel::session
