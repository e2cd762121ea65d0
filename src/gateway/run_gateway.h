#pragma once

#include <string>

namespace firesteel::gateway {

/// `firesteel gateway`: runs by the configuration file until SIGTERM or SIGINT. Gives the exit code; errors go to
/// standard error. Must be called before any thread was started: it blocks the signals for all of them.
int RunGateway(const std::string& config_path);

}  // namespace firesteel::gateway
