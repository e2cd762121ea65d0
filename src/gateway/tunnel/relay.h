#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/tunnel/protocol.h"
#include "gateway/tunnel/web_socket.h"

namespace firesteel::gateway {

/// Carries the bytes of a socket over a WebSocket and back, at the pace of the slower end: of each direction one
/// message is held, no more. Both ends of a tunnel are relays. For the WebSocket's executor; it keeps itself alive
/// while it runs.
class Relay final : public std::enable_shared_from_this<Relay> {
 public:
  using LocalSocket = asio::generic::stream_protocol::socket;
  /// Called once, at the end; `why` is empty where both sides had sent all that they had.
  using Ended = std::function<void(const std::string& why)>;

  Relay(std::unique_ptr<WebSocket> remote, LocalSocket local, TunnelTimes times, Ended ended);

  void Start();
  /// Cuts the socket and closes the WebSocket, telling the other end why.
  void End(const std::string& why, CloseCode code = CloseCode::kGoingAway);

  uint64_t sent() const { return sent_; }          ///< bytes, to the WebSocket
  uint64_t received() const { return received_; }  ///< bytes, to the socket

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  asio::awaitable<void> Send();
  asio::awaitable<void> Receive();
  asio::awaitable<void> StayAlive();
  asio::awaitable<void> Beat();
  asio::awaitable<void> SayFarewell(CloseCode code, std::string reason);
  void EndInPeaceWhenDone();
  void RemoteBroke(const error_code& error);

  std::unique_ptr<WebSocket> remote_;
  LocalSocket local_;
  const TunnelTimes times_;
  Ended on_end_;
  asio::steady_timer timer_;
  TimePoint heard_{};  ///< the other end, or when we began to listen to it
  uint64_t sent_ = 0, received_ = 0;
  bool sent_all_ = false, received_all_ = false;
  bool listening_ = false;  ///< to the other end; else its bytes wait for the socket
  bool beating_ = false, ended_ = false;
};

}  // namespace firesteel::gateway
