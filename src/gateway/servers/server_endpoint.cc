#include "gateway/servers/server_endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace firesteel::gateway {
namespace {

constexpr size_t kLongestHost = 253;  // RFC 1035

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

Result<ServerEndpoint> ParseEndpoint(std::string_view text) {
  ServerEndpoint endpoint;
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find("]:");
    if (end == std::string_view::npos) return Status::Error("has no port; write [ADDRESS]:PORT");
    endpoint.host = text.substr(1, end - 1);
    port = text.substr(end + 2);
    in6_addr address;
    if (inet_pton(AF_INET6, endpoint.host.substr(0, endpoint.host.find('%')).c_str(), &address) != 1) {
      return Status::Error("has no IPv6 address between its brackets");
    }
  } else {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return Status::Error("has no port; write HOST:PORT");
    endpoint.host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (port.find(':') != std::string_view::npos) {
      return Status::Error("has more than one colon; an IPv6 address is written [ADDRESS]:PORT");
    }
    if (endpoint.host.empty() || endpoint.host.size() > kLongestHost ||
        !std::all_of(endpoint.host.begin(), endpoint.host.end(), IsHostCharacter)) {
      return Status::Error("has no host name in front of its port; write HOST:PORT");
    }
  }
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc() || end != port.data() + port.size() || endpoint.port == 0) {
    return Status::Error("has a port that is no number from 1 to 65535");
  }
  return endpoint;
}

std::string EndpointText(std::string_view host, uint16_t port) {
  return host.find(':') == std::string_view::npos ? fmt::format("{}:{}", host, port)
                                                  : fmt::format("[{}]:{}", host, port);
}

}  // namespace firesteel::gateway
