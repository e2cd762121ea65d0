#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace firesteel::gateway {

/// Where a source of addresses says that a server is. A value.
struct ServerEndpoint {
  std::string host;  ///< a name or address, IPv6 without brackets
  uint16_t port = 0;
  std::string instance;  ///< which server it is, where the source knows (a pod's uid): another one is another server

  bool operator==(const ServerEndpoint&) const = default;
};

/// Reads `host:port` or `[IPv6 address]:port`. The error is a sentence's second half ("has no port; …").
Result<ServerEndpoint> ParseEndpoint(std::string_view text);
/// The text that ParseEndpoint reads.
std::string EndpointText(std::string_view host, uint16_t port);

}  // namespace firesteel::gateway
