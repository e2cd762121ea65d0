#pragma once

#include <chrono>
#include <cstddef>

/// What both ends of a tunnel know: one WebSocket a connection, its bytes in binary messages. An empty message says
/// that its side sends no more bytes (half-close); once both sides have, the WebSocket is closed with code 1000. Any
/// other end is a break: the connection at the other end is cut, so that nobody takes it for the end of the bytes.
namespace firesteel::gateway {

/// Where the gateway's HTTP port takes tunnels.
inline constexpr char kTunnelPath[] = "/tunnel";
/// Sec-WebSocket-Protocol: ends that do not know each other's rules do not begin.
inline constexpr char kTunnelProtocol[] = "firesteel.tunnel.v1";
/// The most that a message has, in bytes; a longer one ends the tunnel (1009). Also all that is held of a direction.
inline constexpr size_t kTunnelMessage = size_t{64} * 1024;

struct TunnelTimes {
  std::chrono::milliseconds beat{
      std::chrono::seconds(20)};  ///< an empty pong: firewalls forget connections that are still
  std::chrono::milliseconds silence{std::chrono::seconds(60)};  ///< then the other end is gone
  std::chrono::milliseconds farewell{std::chrono::seconds(2)};  ///< for the WebSocket's closing handshake
};

}  // namespace firesteel::gateway
