#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "gateway/transport/socket.h"
#include "gateway/tunnel/tunnel_client.h"

namespace firesteel::gateway::testing {

/// A blocking connection to a port of this machine; receiving gives up after ten seconds.
inline Socket ConnectTo(uint16_t port) {
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

inline bool SendAll(const Socket& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

/// Up to `most` bytes, fewer only at the end or a break.
inline std::string ReceiveUpTo(const Socket& socket, size_t most) {
  std::string bytes(most, '\0');
  size_t have = 0;
  while (have < most) {
    const ssize_t got = ::recv(socket.fd(), bytes.data() + have, most - have, 0);
    if (got <= 0) break;
    have += static_cast<size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

enum class Ending { kEnd, kBreak, kNone };
/// How the connection goes on: no more bytes in peace, a reset, or neither (bytes, or nothing for ten seconds).
inline Ending EndingOf(const Socket& socket) {
  char byte = 0;
  const ssize_t got = ::recv(socket.fd(), &byte, 1, 0);
  if (got == 0) return Ending::kEnd;
  return got < 0 && errno == ECONNRESET ? Ending::kBreak : Ending::kNone;
}

/// A TunnelClient on a thread of its own, at any free local port.
class NearClient {
 public:
  explicit NearClient(uint16_t gateway, const std::string& token = "good") : NearClient(To(gateway, token)) {}

  explicit NearClient(TunnelClient::Options options) : client_(io_, std::move(options)) {
    const Status status = client_.Listen();
    EXPECT_TRUE(status) << status.message;
    client_.Start();
    thread_ = std::thread([this] { io_.run(); });
  }

  ~NearClient() {
    io_.stop();
    thread_.join();
  }

  static TunnelClient::Options To(uint16_t gateway, const std::string& token = "good") {
    TunnelClient::Options options;
    options.dial.gateway = {.tls = false, .host = "127.0.0.1", .port = gateway, .path = kTunnelPath};
    options.token = {.token = token};
    options.port = 0;
    return options;
  }

  Socket Connect() { return ConnectTo(client_.port()); }
  uint16_t port() const { return client_.port(); }

  /// What TunnelClient::Test says.
  std::string Test() {
    std::promise<std::string> said;
    asio::co_spawn(
        io_,
        [&]() -> asio::awaitable<void> {
          const Status status = co_await client_.Test();
          said.set_value(status.message);
        },
        asio::detached);
    return said.get_future().get();
  }

 private:
  asio::io_context io_{1};
  TunnelClient client_;
  std::thread thread_;
};

}  // namespace firesteel::gateway::testing
