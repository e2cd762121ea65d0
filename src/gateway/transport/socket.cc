#include "gateway/transport/socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <thread>

namespace firesteel::gateway {
namespace {

std::string ErrnoText(int number) { return std::generic_category().message(number); }

void SendAtOnce(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// A peer that vanished without a word is noticed within a minute, in silence or with data on its way.
void NoticeVanishedPeer(int fd) {
  const int on = 1, quiet_seconds = 30, interval_seconds = 10, probes = 3, unacknowledged_millis = 30'000;
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &quiet_seconds, sizeof quiet_seconds);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_seconds, sizeof interval_seconds);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_millis, sizeof unacknowledged_millis);
}

struct Lookup {
  std::vector<SocketAddress> addresses;
  std::string error;
};

Lookup LookUp(const std::string& host, uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  Lookup found;
  if (const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list); failed != 0) {
    found.error = ::gai_strerror(failed);
    return found;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  for (const addrinfo* each = list; each; each = each->ai_next) {
    SocketAddress address;
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    address.size = each->ai_addrlen;
    found.addresses.push_back(address);
  }
  return found;
}

}  // namespace

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

std::string AddressText(const SocketAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return fmt::format("[{}]:{}", text, ntohs(v6.sin6_port));
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.storage);
  ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  return fmt::format("{}:{}", text, ntohs(v4.sin_port));
}

bool IsLoopback(const SocketAddress& address) {
  if (address.storage.ss_family == AF_INET) {
    return ntohl(reinterpret_cast<const sockaddr_in&>(address.storage).sin_addr.s_addr) >> 24 == 127;
  }
  if (address.storage.ss_family != AF_INET6) return false;
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

Result<Socket> Listen(const std::string& host, uint16_t port, bool shared) {
  const Lookup found = LookUp(host, port, AI_PASSIVE);
  if (found.addresses.empty()) {
    return Status::Error(fmt::format("cannot listen on {}:{}: {}", host, port, found.error));
  }
  const SocketAddress& address = found.addresses.front();
  Socket socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (shared) ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
      ::listen(socket.fd(), 4096) != 0) {
    return Status::Error(fmt::format("cannot listen on {}:{}: {}", host, port, ErrnoText(errno)));
  }
  return socket;
}

uint16_t LocalPort(const Socket& socket) {
  SocketAddress address;
  address.size = sizeof address.storage;
  ::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address.storage), &address.size);
  return ntohs(address.storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address.storage).sin6_port
                                                     : reinterpret_cast<sockaddr_in&>(address.storage).sin_port);
}

void Resolve(const std::string& host, uint16_t port, EventLoop& loop,
             std::function<void(std::vector<SocketAddress>)> done) {
  if (Lookup numeric = LookUp(host, port, AI_NUMERICHOST); !numeric.addresses.empty()) {
    done(std::move(numeric.addresses));
    return;
  }
  // The loop outlives every look-up: the gateway ends its loops last, and a look-up ends by the resolver's timeout.
  std::thread([host, port, &loop, done = std::move(done)]() mutable {
    auto addresses = LookUp(host, port, 0).addresses;
    loop.Post([done = std::move(done), addresses = std::move(addresses)]() mutable { done(std::move(addresses)); });
  }).detach();
}

Result<Socket> BeginConnect(const SocketAddress& address) {
  Socket socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return Status::Error(ErrnoText(errno));
  SendAtOnce(socket.fd());
  NoticeVanishedPeer(socket.fd());
  const int status = ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address.storage), address.size);
  if (status != 0 && errno != EINPROGRESS) return Status::Error(ErrnoText(errno));
  return socket;
}

int ConnectError(const Socket& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

Socket Accept(const Socket& listener, SocketAddress* peer) {
  peer->size = sizeof peer->storage;
  Socket socket(
      ::accept4(listener.fd(), reinterpret_cast<sockaddr*>(&peer->storage), &peer->size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket) SendAtOnce(socket.fd());
  return socket;
}

}  // namespace firesteel::gateway
