#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "cli/connect.h"
#include "cli/gateway.h"
#include "cli/profiles.h"
#include "cli/serve.h"
#include "cli/serve_options.h"
#include "cli/shell.h"

namespace firesteel::cli {

int Run(int argc, char** argv, const std::string& version) {
  CLI::App app("Firesteel: a Spark Connect server without a JVM", "firesteel");
  app.set_version_flag("--version", "firesteel " + version + " (Spark Connect of Apache Spark 4.3.0)");
  app.require_subcommand(1);

  CLI::App* serve = app.add_subcommand("serve", "Serve Spark Connect clients");
  serve->footer(
      "Every option is also a variable (FIRESTEEL_MEMORY_LIMIT) and a key of the file (memory-limit = \"4GB\").\n"
      "An option counts over the variable, the variable over the file, the file over the default.");
  ServeOptions options;
  DeclareServeOptions(*serve, options);
  GatewayOptions gateway;
  DeclareGateway(app, gateway);
  ConnectOptions connect;
  DeclareConnect(app, connect);
  ShellCommandOptions shell;
  DeclareShell(app, shell);
  ProfilesOptions profiles;
  DeclareProfiles(app, profiles);

  try {
    app.parse(argc, argv);
    if (serve->parsed()) ApplyConfigFile(*serve, options);
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const std::exception& error) {
    std::cerr << "firesteel: " << error.what() << "\nRun \"firesteel --help\" or \"firesteel <command> --help\"."
              << std::endl;
    return 1;
  }
  if (IsConnect(connect)) return Connect(connect);
  // What is wrong with a connection is told by the client's error; gRPC would write of it in between.
  if (IsShell(shell) || IsProfiles(profiles)) setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  if (IsShell(shell)) return Shell(shell);
  if (IsProfiles(profiles)) return Profiles(profiles);
  return IsGateway(gateway) ? Gateway(gateway) : Serve(options, version);
}

}  // namespace firesteel::cli
