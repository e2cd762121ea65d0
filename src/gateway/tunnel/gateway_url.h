#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace firesteel::gateway {

/// Where a gateway takes tunnels. A value.
struct GatewayUrl {
  bool tls = true;
  std::string host;  ///< IPv6 without brackets
  uint16_t port = 443;
  std::string path;  ///< with its query

  /// "host", or "host:port" where the port is not the scheme's: HTTP's Host.
  std::string Authority() const;
  /// As ParseGatewayUrl reads it.
  std::string Text() const;
};

/// wss://host[:port][/path], or ws:// to this machine: elsewhere anyone could read the token. Without a path it is
/// kTunnelPath. An error says what is wrong with it.
Result<GatewayUrl> ParseGatewayUrl(std::string_view text);

}  // namespace firesteel::gateway
