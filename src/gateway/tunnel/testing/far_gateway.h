#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>

#include "gateway/http/http_server.h"
#include "gateway/testing/certificate.h"
#include "gateway/tunnel/tunnel_server.h"

namespace firesteel::gateway::testing {

/// The HTTP port of a gateway with a TunnelServer. The token "good" proves ada; connections wait for the test.
class FarGateway {
 public:
  struct Options {
    uint16_t port = 0;  ///< 0: any free one
    const Certificate* certificate = nullptr;
    TunnelLimits limits{};
    TunnelTimes times{};
  };

  FarGateway() : FarGateway(Options{}) {}
  explicit FarGateway(const Options& options)
      : tunnels_([this](const Credentials& credentials) { return Prove(credentials); },
                 [this](Socket socket, Peer peer) { Deliver(std::move(socket), std::move(peer)); },
                 [this](const TunnelRefusal& refused) { refused_ = refused; }, options.limits, options.times),
        http_({.port = options.port}, TlsOf(options.certificate)) {
    tunnels_.RouteOn(http_);
    const Status status = http_.Start();
    EXPECT_TRUE(status) << status.message;
  }

  uint16_t port() const { return http_.port(); }

  /// The next connection that tunnels delivered, now blocking; an empty socket after five seconds without.
  Socket Next(Peer* peer = nullptr) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(5), [&] { return !delivered_.empty(); })) return {};
    std::pair<Socket, Peer> next = std::move(delivered_.front());
    delivered_.pop_front();
    if (peer) *peer = next.second;
    ::fcntl(next.first.fd(), F_SETFL, ::fcntl(next.first.fd(), F_GETFL) & ~O_NONBLOCK);
    return std::move(next.first);
  }

  /// From now on "good" proves nothing.
  void Revoke() {
    revoked_ = true;
    http_.Post([this] { tunnels_.ProveAgain(); });
  }

  TunnelRefusal refused() {
    std::promise<TunnelRefusal> last;
    http_.Post([&] { last.set_value(refused_); });
    return last.get_future().get();
  }

  size_t tunnels() {
    std::promise<size_t> count;
    http_.Post([&] { count.set_value(tunnels_.count()); });
    return count.get_future().get();
  }

 private:
  static TlsContext TlsOf(const Certificate* certificate) {
    if (!certificate) return nullptr;
    Result<TlsContext> tls =
        HttpServerContext({.certificate_file = certificate->file(), .key_file = certificate->key_file()});
    EXPECT_TRUE(tls.ok());
    return std::move(*tls);
  }

  std::variant<std::shared_ptr<const Identity>, Refusal> Prove(const Credentials& credentials) {
    if (!revoked_ && credentials.authorization == "Bearer good" && credentials.authorization_count == 1) {
      return std::make_shared<const Identity>(Identity{.method = Identity::Method::kToken, .user = "ada"});
    }
    return Refusal{.code = Code::kUnauthenticated, .message = "the token is not known"};
  }

  void Deliver(Socket socket, Peer peer) {
    const std::lock_guard lock(mutex_);
    delivered_.emplace_back(std::move(socket), std::move(peer));
    arrived_.notify_all();
  }

  std::atomic<bool> revoked_{false};
  TunnelRefusal refused_;  ///< the last; of the HTTP server's thread
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::pair<Socket, Peer>> delivered_;
  TunnelServer tunnels_;
  HttpServer http_;  // ends first
};

}  // namespace firesteel::gateway::testing
