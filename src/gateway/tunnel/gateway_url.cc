#include "gateway/tunnel/gateway_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "gateway/config/text_values.h"
#include "gateway/tunnel/protocol.h"

namespace firesteel::gateway {
namespace {

constexpr uint16_t kTlsPort = 443, kPlainPort = 80;

bool HasPort(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  return colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::string GatewayUrl::Authority() const {
  const std::string whole = HostPortText(host, port);
  return port == (tls ? kTlsPort : kPlainPort) ? whole.substr(0, whole.rfind(':')) : whole;
}

std::string GatewayUrl::Text() const { return (tls ? "wss://" : "ws://") + Authority() + path; }

Result<GatewayUrl> ParseGatewayUrl(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return Status::Error(fmt::format("the gateway \"{}\" {}", text, why));
  };
  GatewayUrl url;
  std::string_view rest = text;
  if (text.starts_with("wss://")) {
    rest.remove_prefix(6);
  } else if (text.starts_with("ws://")) {
    rest.remove_prefix(5);
    url.tls = false;
  } else {
    return wrong("is not a WebSocket's address: write wss://host[:port]");
  }
  const size_t slash = std::min(rest.find_first_of("/?"), rest.size());
  std::string authority(rest.substr(0, slash));
  url.path = rest.substr(slash);
  if (url.path.empty() || url.path == "/") url.path = kTunnelPath;
  if (!IsPrintable(url.path) || url.path.front() != '/') return wrong("has a path that is not one");
  if (url.path.find('#') != std::string::npos) return wrong("has a fragment (#…), which means nothing here");
  if (authority.find('@') != std::string::npos) return wrong("has a user in it: give the token by --token-file");
  if (!HasPort(authority)) authority += ":" + std::to_string(url.tls ? kTlsPort : kPlainPort);
  const std::optional<HostPort> parsed = ParseHostPort(authority);
  if (!parsed || parsed->port == 0) return wrong("has no host, or a port that is not one");
  url.host = parsed->host;
  url.port = parsed->port;
  if (!url.tls && !IsLoopback(url.host)) {
    return wrong("would send the token and all data unprotected through the network: write wss://");
  }
  return url;
}

}  // namespace firesteel::gateway
