#include "cli/serve_options.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <toml++/toml.h>
#include <vector>

#include "base/size_text.h"

namespace firesteel::cli {
namespace {

namespace fs = std::filesystem;

constexpr SettingRow kSettings[] = {
    {"host", "ADDRESS", "Address to listen on (default 127.0.0.1; 0.0.0.0: all interfaces)"},
    {"port", "PORT", "Port to listen on (default 15002; 0: any free one)"},
    {"warehouse", "DIR", "Folder of managed tables (default ./spark-warehouse, made when needed)"},
    {"memory-limit", "SIZE", "Memory for the whole process, such as 4GB (default: what the machine or the cgroup has)"},
    {"temp-dir", "DIR", "Folder for spilled data (default: $TMPDIR, else /tmp)"},
    {"threads", "N", "Threads that run queries (default: one a core)"},
    {"log-level", "LEVEL", "trace, debug, info, warn, error or off (default info); the log goes to standard error"},
};

std::string VariableName(std::string_view setting) {
  std::string name = "FIRESTEEL_";
  for (char c : setting) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

Result<GivenTexts> ReadFile(const std::string& path) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return Status::Error("--config " + path + ": line " + std::to_string(error.source().begin.line) + ": " +
                         std::string(error.description()));
  }
  GivenTexts texts;
  for (const auto& [key, node] : table) {
    std::string name(key.str());
    std::replace(name.begin(), name.end(), '_', '-');
    const bool known = std::any_of(std::begin(kSettings), std::end(kSettings),
                                   [&](const SettingRow& row) { return row.name == name; });
    if (!known) return Status::Error("--config " + path + ": unknown key \"" + std::string(key.str()) + "\"");
    if (auto text = node.value<std::string>(); text && node.is_string()) {
      texts[name] = *text;
    } else if (auto number = node.value<int64_t>(); number && node.is_integer()) {
      texts[name] = std::to_string(*number);
    } else {
      return Status::Error("--config " + path + ": \"" + std::string(key.str()) + "\" must be a text or a whole number");
    }
  }
  return texts;
}

/// A setting's text and where it came from, for messages.
struct Found {
  std::string text;
  std::string source;
};

std::optional<int64_t> WholeNumber(const std::string& text, int64_t least, int64_t most) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

Status Wrong(const Found& found, const std::string& expected) {
  return Status::Error(found.source + ": \"" + found.text + "\" is not " + expected);
}

std::string Absolute(const std::string& path) { return fs::absolute(path).lexically_normal().string(); }

Status Apply(std::string_view name, const Found& found, ServeOptions* options) {
  if (found.text.empty()) return Wrong(found, "allowed: it is empty");
  if (name == "host") {
    options->host = found.text;
  } else if (name == "port") {
    auto port = WholeNumber(found.text, 0, 65535);
    if (!port) return Wrong(found, "a port (0 to 65535)");
    options->port = static_cast<int>(*port);
  } else if (name == "warehouse") {
    options->warehouse = Absolute(found.text);
  } else if (name == "memory-limit") {
    auto bytes = ParseByteSize(found.text);
    constexpr int64_t kLeast = 64LL << 20;
    if (!bytes || *bytes < kLeast) return Wrong(found, "a size of at least 64MB, such as 4GB or 512MB");
    options->memory_limit_bytes = *bytes;
  } else if (name == "temp-dir") {
    options->temp_directory = Absolute(found.text);
  } else if (name == "threads") {
    auto threads = WholeNumber(found.text, 1, 1024);
    if (!threads) return Wrong(found, "a number of threads (1 to 1024)");
    options->threads = static_cast<int>(*threads);
  } else if (name == "log-level") {
    constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error", "off"};
    if (std::find(std::begin(kLevels), std::end(kLevels), found.text) == std::end(kLevels)) {
      return Wrong(found, "a log level (trace, debug, info, warn, error, off)");
    }
    options->log_level = found.text;
  }
  return Status::Ok();
}

Status CheckWritable(const std::string& what, const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder, error)) {
    return Status::Error(what + ": " + folder + " cannot be made: " +
                         (error ? error.message() : std::string("it is not a directory")));
  }
  // Trying says more than permission bits: read-only file systems, quotas, root.
  std::string probe = folder + "/.firesteel-XXXXXX";
  const int descriptor = mkstemp(probe.data());
  if (descriptor < 0) return Status::Error(what + ": " + folder + " is not writable");
  close(descriptor);
  unlink(probe.c_str());
  return Status::Ok();
}

}  // namespace

std::span<const SettingRow> ServeSettings() { return kSettings; }

Result<ServeOptions> ResolveServeOptions(const GivenTexts& options, const Environment& environment,
                                         const std::string& config_file) {
  GivenTexts file;
  if (!config_file.empty()) {
    Result<GivenTexts> read = ReadFile(config_file);
    if (!read.ok()) return read.status();
    file = std::move(read).value();
  }
  ServeOptions result;
  result.warehouse = Absolute("spark-warehouse");
  const char* temporary = std::getenv("TMPDIR");
  result.temp_directory = Absolute(temporary != nullptr && *temporary != '\0' ? temporary : "/tmp");
  for (const SettingRow& row : kSettings) {
    const std::string name(row.name);
    Found found;
    if (auto it = options.find(name); it != options.end()) {
      found = {it->second, "--" + name};
    } else if (auto text = environment(VariableName(name))) {
      found = {*text, VariableName(name)};
    } else if (auto entry = file.find(name); entry != file.end()) {
      found = {entry->second, config_file + ": " + name};
    } else {
      continue;
    }
    if (Status status = Apply(row.name, found, &result); !status.ok()) return status;
  }
  return result;
}

Status CheckFolders(const ServeOptions& options) {
  if (Status status = CheckWritable("--temp-dir", options.temp_directory); !status.ok()) return status;
  // The default warehouse is made only when something is put there.
  std::error_code error;
  if (options.warehouse == Absolute("spark-warehouse") && !fs::exists(options.warehouse, error)) return Status::Ok();
  return CheckWritable("--warehouse", options.warehouse);
}

}  // namespace firesteel::cli
