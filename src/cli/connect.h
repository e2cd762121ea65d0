#pragma once

#include <string>

#include "cli/log_options.h"
#include "gateway/tunnel/run_tunnel.h"

namespace CLI {
class App;
}

namespace firesteel::cli {

struct ConnectOptions {
  gateway::TunnelCommand tunnel;
  LogOptions log;
  CLI::App* command = nullptr;  ///< `firesteel connect`
};

/// Declares `firesteel connect --gateway URL`, to be filled when the app parses the command line. `options` must
/// outlive the app.
void DeclareConnect(CLI::App& app, ConnectOptions& options);

/// Whether the parsed command line is this.
bool IsConnect(const ConnectOptions& options);

/// Runs it until a signal comes. Gives the exit code: 0, or 1 where the gateway cannot be reached.
int Connect(const ConnectOptions& options);

}  // namespace firesteel::cli
