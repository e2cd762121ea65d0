#include "gateway/config/parse.h"

#include <toml++/toml.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "gateway/config/sections.h"
#include "gateway/config/table_reader.h"

namespace firesteel::gateway {
namespace {

std::vector<std::string> NamesUnder(const toml::table& root, std::string_view key) {
  std::vector<std::string> names;
  if (const toml::table* table = root[key].as_table()) {
    for (const auto& [name, node] : *table) names.emplace_back(name.str());
  }
  return names;
}

void ReadAll(const toml::table& table, Reading& reading, GatewayConfig& config) {
  TableReader root(table, "", reading);
  ReadListeners(root, config);
  ReadAuth(root, config);
  ReadEnvironments(root, config);
  ReadRouting(root, config);
  ReadServers(root, config);
  ReadQuotas(root, config);
  root.Finish();
}

std::optional<std::string> Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

ParsedConfig ParseConfigText(std::string_view text, const std::string& file, const VariableLookup& variables) {
  Problems problems(file);
  auto config = std::make_shared<GatewayConfig>();
  try {
    const toml::table table = toml::parse(text, file);
    Reading reading{problems,
                    std::filesystem::absolute(file).parent_path(),
                    variables,
                    NamesUnder(table, "servers"),
                    NamesUnder(table, "environments"),
                    {}};
    ReadAll(table, reading, *config);
  } catch (const toml::parse_error& error) {
    const toml::source_position& begin = error.source().begin;
    problems.Error({static_cast<int>(begin.line), static_cast<int>(begin.column)},
                   "this is not TOML: " + std::string(error.description()));
  }
  ParsedConfig parsed;
  parsed.errors = problems.TakeErrors();
  parsed.warnings = problems.TakeWarnings();
  if (parsed.errors.empty()) parsed.config = std::move(config);
  return parsed;
}

ParsedConfig ParseConfigFile(const std::string& path) {
  const auto unreadable = [&](const std::string& why) {
    return ParsedConfig{nullptr, {{path, {}, "the file cannot be read: " + why}}, {}};
  };
  std::error_code ignored;  // what is not there cannot be opened either
  if (std::filesystem::is_directory(path, ignored)) return unreadable("it is a folder");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return unreadable(std::strerror(errno));
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return ParseConfigText(text, path, Variable);
}

}  // namespace firesteel::gateway
