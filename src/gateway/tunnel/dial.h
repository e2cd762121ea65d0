#pragma once

#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "gateway/tunnel/gateway_url.h"
#include "gateway/tunnel/http_proxy.h"
#include "gateway/tunnel/web_socket.h"

namespace firesteel::gateway {

/// Everything that an opening handshake needs.
struct DialPlan {
  GatewayUrl gateway;
  std::optional<HttpProxy> proxy;
  std::shared_ptr<asio::ssl::context> tls;                       ///< of DialTls; null for ws://
  std::vector<std::pair<std::string, std::string>> headers;      ///< beyond those of the handshake
  std::chrono::milliseconds patience{std::chrono::seconds(10)};  ///< for all of it
};

/// TLS that trusts the authorities of a PEM file, or the system's where it is empty.
Result<std::shared_ptr<asio::ssl::context>> DialTls(const std::string& ca_file);

/// Opens a tunnel to the gateway. An error is a sentence that names who failed (name service, proxy, certificate,
/// gateway) and what to do. `plan` must live until it is done.
asio::awaitable<Result<std::unique_ptr<WebSocket>>> Dial(const DialPlan& plan, std::string token);

}  // namespace firesteel::gateway
