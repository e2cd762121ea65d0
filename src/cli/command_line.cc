#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>

#include "cli/serve.h"
#include "cli/serve_options.h"

namespace firesteel::cli {
namespace {

std::optional<std::string> ReadVariable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

int Fail(const std::string& message) {
  std::cerr << "firesteel: " << message << std::endl;
  return 1;
}

}  // namespace

int Run(int argc, char** argv, const std::string& version) {
  CLI::App app("Firesteel: a Spark Connect server without a JVM", "firesteel");
  app.set_version_flag("--version", "firesteel " + version + " (Spark Connect of Apache Spark 4.3.0)");
  app.require_subcommand(1);

  CLI::App* serve = app.add_subcommand("serve", "Serve Spark Connect clients");
  serve->footer(
      "Every option is also an environment variable (FIRESTEEL_MEMORY_LIMIT) and a key of the file (memory-limit).\n"
      "An option counts over the variable, the variable over the file, the file over the default.");
  std::map<std::string, std::string> texts;
  std::map<std::string, CLI::Option*> options;
  for (const SettingRow& row : ServeSettings()) {
    const std::string name(row.name);
    options[name] = serve->add_option("--" + name, texts[name], std::string(row.help))
                        ->type_name(std::string(row.value_name));
  }
  std::string config_file;
  serve->add_option("--config", config_file, "TOML file with any of these settings")->type_name("FILE");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    return Fail(std::string(error.what()) + "\nRun \"firesteel --help\" or \"firesteel serve --help\".");
  }

  GivenTexts given;
  for (const auto& [name, option] : options) {
    if (option->count() > 0) given[name] = texts[name];
  }
  if (config_file.empty()) config_file = ReadVariable("FIRESTEEL_CONFIG").value_or("");
  Result<ServeOptions> resolved = ResolveServeOptions(given, ReadVariable, config_file);
  if (!resolved.ok()) return Fail(resolved.error());
  return Serve(*resolved, version);
}

}  // namespace firesteel::cli
