#include "cli/serve_options.h"

#include <toml++/toml.h>
#include <CLI/CLI.hpp>

#include <cctype>
#include <exception>
#include <sstream>
#include <vector>

#include "base/size_text.h"

namespace firesteel::cli {
namespace {

// "--memory-limit" → "FIRESTEEL_MEMORY_LIMIT".
std::string VariableName(std::string name) {
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return "FIRESTEEL_" + name;
}

template <class T>
CLI::Option* Declare(CLI::App& app, const std::string& name, T& target, const std::string& description) {
  return app.add_option("--" + name, target, description)->envname(VariableName(name))->capture_default_str();
}

std::string TextOf(const toml::node& node, const std::string& key) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  throw OptionError("the value of " + key + " must be a string or a whole number");
}

/// The keys under [conf], quoted ("spark.sql.ansi.enabled" = false) or not, as KEY=VALUE.
void AppendConf(const toml::table& table, const std::string& prefix, std::vector<std::string>& settings) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const auto* inner = node.as_table()) {
      AppendConf(*inner, name + ".", settings);
    } else if (const auto* flag = node.as_boolean()) {
      settings.push_back(name + (flag->get() ? "=true" : "=false"));
    } else {
      settings.push_back(name + "=" + TextOf(node, name));
    }
  }
}

/// Settings of the file come before those of the command line, which count when both have a key.
void AddConf(const toml::node& node, const std::string& path, CLI::App& app) {
  const auto* table = node.as_table();
  if (table == nullptr) throw OptionError(path + ": conf must be a table of Spark's keys");
  std::vector<std::string> settings;
  AppendConf(*table, "", settings);
  CLI::Option* option = app.get_option("--conf");
  for (const std::string& given : option->results()) settings.push_back(given);
  option->clear();
  for (const std::string& setting : settings) option->add_result(setting);
  option->run_callback();
}

std::string KnownKeys(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    std::string name = option->get_name(false, false);
    if (name.rfind("--", 0) != 0 || name == "--help" || name == "--config") continue;
    text += (text.empty() ? "" : ", ") + name.substr(2);
  }
  return text;
}

}  // namespace

void DeclareServeOptions(CLI::App& app, ServeOptions& options) {
  Declare(app, "host", options.host, "address to listen on");
  Declare(app, "port", options.port, "port to listen on; 0 takes any free one")->type_name("PORT");
  Declare(app, "warehouse", options.warehouse, "folder of managed tables")->type_name("DIR");
  app.add_option_function<std::string>(
         "--memory-limit",
         [&options](const std::string& text) {
           std::optional<int64_t> bytes = ParseByteSize(text);
           if (!bytes || *bytes <= 0) {
             throw CLI::ValidationError("--memory-limit", "'" + text + "' is no size: write for example 512MB or 4GB");
           }
           options.memory_limit_bytes = *bytes;
         },
         "memory for the whole process, for example 4GB; default: by the machine or its cgroup")
      ->envname(VariableName("memory-limit"))
      ->type_name("SIZE");
  Declare(app, "temp-dir", options.temp_dir, "folder for what does not fit into memory")->type_name("DIR");
  Declare(app, "python", options.python,
          "interpreter of Python functions; default: a python3 that has pyspark, pandas and pyarrow")
      ->type_name("PATH");
  Declare(app, "threads", options.threads, "threads of the engine; 0: one a core")->check(CLI::Range(0, 4096));
  DeclareLogOptions(app, options.log, LogVariables::kRead);
  // No default is shown: help texts end up in logs.
  app.add_option("--token", options.token,
                 "what clients must send as their token; others see options in the process list, not variables")
      ->envname(VariableName("token"))
      ->type_name("TOKEN");
  Declare(app, "tls-certificate", options.tls_certificate, "certificate chain, PEM; read again when it is renewed")
      ->type_name("FILE");
  Declare(app, "tls-key", options.tls_key, "private key of the certificate, PEM")->type_name("FILE");
  app.add_option("--status-port", options.status_port,
                 "port of the status page and /metrics (HTTP); without it there is none")
      ->envname(VariableName("status-port"))
      ->check(CLI::Range(0, 65535))
      ->type_name("PORT");
  Declare(app, "status-host", options.status_host, "address that the status page listens on");
  app.add_option("--conf", options.conf, "a key of Spark's configuration for every session; may come often")
      ->type_name("KEY=VALUE")
      ->take_all();
  app.add_option("--config", options.config_file, "TOML file with any of these options as keys")
      ->envname(VariableName("config"))
      ->type_name("FILE");
}

void ApplyConfigFile(CLI::App& app, const ServeOptions& options) {
  const std::string& path = options.config_file;
  if (path.empty()) return;
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    std::ostringstream text;
    text << "cannot read the configuration file " << path << ": " << error.description();
    if (error.source().begin.line > 0) text << " (line " << error.source().begin.line << ")";
    throw OptionError(text.str());
  }
  for (const auto& [key, node] : table) {
    std::string name(key.str());
    if (name == "conf") {
      AddConf(node, path, app);
      continue;
    }
    CLI::Option* option = name == "config" || name == "help" ? nullptr : app.get_option_no_throw("--" + name);
    std::string place = path + ", line " + std::to_string(node.source().begin.line) + ": ";
    if (!option) {
      throw OptionError(place + "there is no option '" + name + "'; the options are " + KnownKeys(app));
    }
    if (option->count() > 0) continue;  // given nearer
    try {
      option->add_result(TextOf(node, name));
      option->run_callback();
    } catch (const std::exception& error) {
      throw OptionError(place + error.what());
    }
  }
}

}  // namespace firesteel::cli
