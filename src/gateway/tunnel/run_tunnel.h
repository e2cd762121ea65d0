#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "gateway/tunnel/token_source.h"

namespace firesteel::gateway {

/// What `firesteel connect` was told.
struct TunnelCommand {
  std::string gateway;  ///< wss://host[:port][/path]
  TokenSource token;
  std::string host = "127.0.0.1";
  uint16_t port = 15002;
  std::string ca_file;               ///< PEM; empty: the system's authorities
  std::vector<std::string> headers;  ///< "name=value", sent with the upgrade
  bool wait = false;                 ///< until the gateway can be reached, else an error is the end
};

/// "name=value" of a header that the upgrade does not have of itself. An error names the header, never its value.
Result<std::pair<std::string, std::string>> ParseTunnelHeader(const std::string& text);

/// Carries connections until SIGINT or SIGTERM; says on standard output how to use them, on standard error what is
/// wrong. Gives the exit code, or ends the process with it.
int RunTunnel(const TunnelCommand& command);

}  // namespace firesteel::gateway
