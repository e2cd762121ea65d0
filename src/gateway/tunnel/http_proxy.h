#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "gateway/config/text_values.h"
#include "gateway/tunnel/gateway_url.h"

namespace firesteel::gateway {

/// A proxy that connects us by CONNECT.
struct HttpProxy {
  std::string host;
  uint16_t port = 80;
  std::string authorization;  ///< "Basic …"; empty: none

  /// Without the password.
  std::string Text() const { return HostPortText(host, port); }
};

/// The proxy on the way to the gateway, by the variables that curl and others read: HTTPS_PROXY, else ALL_PROXY, each
/// in small letters first; NO_PROXY names hosts, domains with all below them, and "*". This machine needs none. An
/// error names the variable, not its value: passwords stand there.
Result<std::optional<HttpProxy>> ProxyTo(const GatewayUrl& gateway, const VariableLookup& variables);

}  // namespace firesteel::gateway
