#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace firesteel::cli {

/// What `firesteel serve` runs with.
struct ServeOptions {
  std::string host = "127.0.0.1";
  int port = 15002;
  std::string warehouse;          ///< absolute
  int64_t memory_limit_bytes = 0;  ///< 0: not limited by the user
  std::string temp_directory;     ///< absolute
  int threads = 0;                ///< 0: one a core
  std::string log_level = "info";
};

/// One setting: its name is the option (`--memory-limit`), the environment variable (FIRESTEEL_MEMORY_LIMIT) and the key
/// in the file (`memory-limit` or `memory_limit`).
struct SettingRow {
  std::string_view name;
  std::string_view value_name;
  std::string_view help;
};
std::span<const SettingRow> ServeSettings();

/// Texts by setting name; absent: not given.
using GivenTexts = std::map<std::string, std::string, std::less<>>;
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Option over environment over file over default. `config_file` may be empty. The errors name the setting, where the
/// text came from, and what would be right.
Result<ServeOptions> ResolveServeOptions(const GivenTexts& options, const Environment& environment,
                                         const std::string& config_file);

/// Makes the folders that are used and checks that they can be written.
Status CheckFolders(const ServeOptions& options);

}  // namespace firesteel::cli
