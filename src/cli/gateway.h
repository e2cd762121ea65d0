#pragma once

#include <string>

#include "cli/log_options.h"

namespace CLI {
class App;
}

namespace firesteel::cli {

struct GatewayOptions {
  std::string config_file;
  LogOptions log;
  CLI::App* command = nullptr;  ///< `firesteel gateway`
  CLI::App* check = nullptr;    ///< `firesteel gateway check`
};

/// Declares `firesteel gateway --config F` and `firesteel gateway check --config F`, to be filled when the app parses
/// the command line. `options` must outlive the app.
void DeclareGateway(CLI::App& app, GatewayOptions& options);

/// Whether the parsed command line is one of these.
bool IsGateway(const GatewayOptions& options);

/// Runs what the parsed command line says. Gives the exit code: 0, or 1 where the configuration has errors. Must be
/// called before any thread was started.
int Gateway(const GatewayOptions& options);

}  // namespace firesteel::cli
