#include "cli/connect.h"

#include <CLI/CLI.hpp>

namespace firesteel::cli {

void DeclareConnect(CLI::App& app, ConnectOptions& options) {
  gateway::TunnelCommand& tunnel = options.tunnel;
  options.command = app.add_subcommand("connect", "Open a local port that leads to a gateway through HTTPS");
  options.command->footer(
      "Spark clients of this machine then use sc://localhost. Every connection goes through a WebSocket of its own, "
      "by\n"
      "the proxy of HTTPS_PROXY where there is one. The gateway checks the token when a connection begins and every\n"
      "minute; sessions outlive connections. The file of a token is read anew for each: write it anew to renew it.");
  options.command->add_option("--gateway", tunnel.gateway, "the gateway's HTTP port, path /tunnel unless given")
      ->type_name("wss://HOST[:PORT][/PATH]")
      ->required();
  options.command->add_option("--token", tunnel.token.token, "proves who you are; others see it in `ps`")
      ->envname("SPARK_CONNECT_AUTHENTICATE_TOKEN");
  options.command->add_option("--token-file", tunnel.token.file, "file with the token, which counts over --token")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  options.command->add_option("--port", tunnel.port, "local port; 0: any free one")->capture_default_str();
  options.command->add_option("--host", tunnel.host, "local address")->capture_default_str();
  options.command->add_option("--ca", tunnel.ca_file, "authority to trust (PEM) instead of the system's")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  options.command->add_option("--header", tunnel.headers, "header of the upgrade, as an access proxy may want it")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  DeclareLogOptions(*options.command, options.log, LogVariables::kIgnored);
  options.command->add_flag("--wait", tunnel.wait, "try until the gateway can be reached, else end with an error");
}

bool IsConnect(const ConnectOptions& options) { return options.command->parsed(); }

int Connect(const ConnectOptions& options) {
  Apply(options.log);
  return gateway::RunTunnel(options.tunnel);
}

}  // namespace firesteel::cli
