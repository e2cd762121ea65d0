#pragma once

#include <string>

namespace firesteel::gateway {

/// The program `firesteel gateway`: reads the configuration, runs until SIGTERM or SIGINT, reads the configuration
/// again on SIGHUP. Gives the exit code: 0, or 1 with a message on standard error where it cannot run. Must be called
/// before any thread was started.
int RunGateway(const std::string& config_file);

}  // namespace firesteel::gateway
