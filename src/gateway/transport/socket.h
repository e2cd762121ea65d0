#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "gateway/transport/event_loop.h"

namespace firesteel::gateway {

/// Owns a descriptor.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket();

  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// "10.0.0.7:4711", "[::1]:4711".
std::string AddressText(const SocketAddress& address);
bool IsLoopback(const SocketAddress& address);

/// A listening socket, non-blocking. With `shared` every event loop may have one of its own on the same port, among
/// which the kernel spreads connections. Blocks while it resolves the host.
Result<Socket> Listen(const std::string& host, uint16_t port, bool shared);
/// The port that the socket has got.
uint16_t LocalPort(const Socket& socket);

/// The addresses of a host. Numeric ones are given at once; names are resolved on a thread of their own and the task
/// comes back on the loop. An empty list: not known.
void Resolve(const std::string& host, uint16_t port, EventLoop& loop,
             std::function<void(std::vector<SocketAddress>)> done);

/// Begins to connect, non-blocking: writable when connected (or failed, see ConnectError).
Result<Socket> BeginConnect(const SocketAddress& address);
/// errno of the connection attempt; 0 once it stands.
int ConnectError(const Socket& socket);

/// One connection of a listening socket, non-blocking, without delay of small writes; empty when none waits.
Socket Accept(const Socket& listener, SocketAddress* peer);

}  // namespace firesteel::gateway
