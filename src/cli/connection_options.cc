#include "cli/connection_options.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

namespace firesteel::cli {
namespace {

/// NAME=VALUE texts into the map.
CLI::Option* DeclarePairs(CLI::App& app, const std::string& option, std::map<std::string, std::string>& target,
                          const std::string& description) {
  return app
      .add_option_function<std::vector<std::string>>(
          option,
          [&target, option](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              const size_t equals = text.find('=');
              // The text may hold a secret: it is not shown.
              if (equals == std::string::npos || equals == 0) throw CLI::ValidationError(option, "write NAME=VALUE");
              target[text.substr(0, equals)] = text.substr(equals + 1);
            }
          },
          description)
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->take_all();
}

}  // namespace

const char* const kConnectionFooter =
    "An option counts over the connection string, that over the profile, the profile over the environment\n"
    "(SPARK_REMOTE, SPARK_CONNECT_AUTHENTICATE_TOKEN, DATABRICKS_HOST, …). Where none of them names a server, one is\n"
    "started for the time of the command.";

void DeclareConnectionOptions(CLI::App& app, client::RequestedSettings& settings) {
  app.add_option("--remote", settings.remote, "the server's connection string")->type_name("sc://HOST:PORT/;KEY=VALUE");
  app.add_option("--profile,-p", settings.profile, "a named connection; see `firesteel profiles`")->type_name("NAME");
  app.add_flag("--local", settings.force_local, "start a server for the time of the command, whatever else is set");
  app.add_option("--token", settings.token, "proves who you are; others see it in `ps`")->type_name("TOKEN");
  app.add_option("--token-file", settings.token_file, "file with the token, read again when the server refuses it")
      ->type_name("FILE");
  app.add_option("--token-command", settings.token_command, "command that prints the token")->type_name("COMMAND");
  app.add_option("--user", settings.user_id, "name of the user")->type_name("NAME");
  app.add_option("--cluster-id", settings.cluster_id, "cluster of a hosted service")->type_name("ID");
  app.add_option("--app-id", settings.app_id, "application of a hosted service")->type_name("ID");
  app.add_option("--account", settings.account, "account of a hosted service")->type_name("ID");
  app.add_flag_callback(
      "--tls", [&settings] { settings.tls = true; }, "encrypt, as use_ssl=true does");
  app.add_option("--tls-ca", settings.tls_ca, "authority to trust (PEM) instead of the system's")->type_name("FILE");
  app.add_option("--tls-certificate", settings.tls_certificate, "own certificate (PEM) for servers that want one")
      ->type_name("FILE");
  app.add_option("--tls-key", settings.tls_key, "its key (PEM)")->type_name("FILE");
  app.add_option("--tls-server-name", settings.tls_server_name, "name in the server's certificate, if not the host")
      ->type_name("NAME");
  DeclarePairs(app, "--header", settings.headers, "header of every call");
  DeclarePairs(app, "--conf", settings.conf, "a key of Spark's configuration for the session; may come often");
  app.add_option("--env-file", settings.env_files, "file with variables (.env)")
      ->type_name("FILE")
      ->allow_extra_args(false);
}

}  // namespace firesteel::cli
