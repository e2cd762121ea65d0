#include "gateway/proxy/forwarding_loop.h"

#include <cerrno>
#include <chrono>
#include <utility>
#include <vector>

#include "base/log.h"

namespace firesteel::gateway {
namespace {

constexpr auto kSweep = std::chrono::seconds(1);
constexpr auto kNoDescriptors = std::chrono::milliseconds(100);
constexpr int kAcceptTurn = 64;

}  // namespace

ForwardingLoop::ForwardingLoop(Services& services, Socket listener, TlsContext tls)
    : services_(services), listener_(std::move(listener)), tls_(std::move(tls)), upstreams_(loop_, services.control) {}

ForwardingLoop::~ForwardingLoop() { Stop(); }

void ForwardingLoop::Start() {
  loop_.WatchReadable(listener_.fd(), &acceptor_);
  CheckTimesLater();
  thread_ = std::thread([this] { loop_.Run(); });
}

void ForwardingLoop::Stop() {
  if (!thread_.joinable()) return;
  loop_.Post([this] {
    upstreams_.CloseAll();
    std::vector<ClientConnection*> all;
    for (const auto& [raw, connection] : connections_) all.push_back(raw);
    for (ClientConnection* connection : all) connection->http2().Close("the gateway stops");
    loop_.AtEndOfRound([this] { loop_.Stop(); });
  });
  thread_.join();
}

void ForwardingLoop::SetTls(TlsContext tls) {
  loop_.Post([this, tls = std::move(tls)] { tls_ = tls; });
}

void ForwardingLoop::Drain() {
  loop_.Post([this] {
    if (std::exchange(draining_, true)) return;
    loop_.Unwatch(listener_.fd());
    listener_ = Socket();
    for (const auto& [raw, connection] : connections_) raw->http2().Drain();
  });
}

void ForwardingLoop::AcceptAll() {
  for (int i = 0; i < kAcceptTurn; ++i) {
    SocketAddress address;
    Socket socket = Accept(listener_, &address);
    if (!socket) {
      if (errno != EMFILE && errno != ENFILE) return;
      // The listener stays readable: without a rest the loop would spin.
      log::Warn("no file descriptors are left for more connections: raise the limit (ulimit -n)");
      loop_.Unwatch(listener_.fd());
      loop_.After(kNoDescriptors, [this] {
        if (!draining_) loop_.WatchReadable(listener_.fd(), &acceptor_);
      });
      return;
    }
    Peer peer{.address = AddressText(address), .encrypted = tls_ != nullptr, .loopback = IsLoopback(address)};
    Serve(std::move(socket), std::move(peer), tls_);
  }
}

void ForwardingLoop::Adopt(Socket socket, Peer peer) {
  // Tasks can be copied, sockets cannot.
  loop_.Post([this, socket = std::make_shared<Socket>(std::move(socket)), peer = std::move(peer)] {
    if (!draining_) Serve(std::move(*socket), peer, nullptr);
  });
}

void ForwardingLoop::Serve(Socket socket, Peer peer, const TlsContext& tls) {
  auto connection = std::make_unique<ClientConnection>(*this, services_, std::move(socket), std::move(peer), tls,
                                                       [this](ClientConnection* ended) { Remove(ended); });
  ClientConnection* raw = connection.get();
  connections_[raw] = std::move(connection);
  raw->Start();
}

void ForwardingLoop::Remove(ClientConnection* connection) {
  // It is on the stack.
  loop_.AtEndOfRound([this, connection] { connections_.erase(connection); });
}

void ForwardingLoop::CheckTimesLater() {
  loop_.After(kSweep, [this] {
    const auto now = std::chrono::steady_clock::now();
    std::vector<ClientConnection*> connections;
    connections.reserve(connections_.size());
    for (const auto& [raw, connection] : connections_) connections.push_back(raw);
    for (ClientConnection* connection : connections) connection->http2().CheckTimes(now);
    std::vector<std::shared_ptr<ProxyCall>> calls;
    for (const auto& [raw, call] : calls_) calls.push_back(call);
    for (const std::shared_ptr<ProxyCall>& call : calls) call->CheckTimes(now);
    upstreams_.CheckTimes(now);
    CheckTimesLater();
  });
}

void ForwardingLoop::Remember(std::shared_ptr<ProxyCall> call) {
  running_.fetch_add(1);
  ProxyCall* raw = call.get();
  calls_[raw] = std::move(call);
}

void ForwardingLoop::Forget(ProxyCall* call) {
  const auto found = calls_.find(call);
  if (found == calls_.end()) return;
  running_.fetch_sub(1);
  // It is on the stack.
  loop_.AtEndOfRound([kept = std::move(found->second)] {});
  calls_.erase(found);
}

void ForwardingLoop::ServerLost(ServerId server) {
  loop_.Post([this, server] {
    std::vector<std::shared_ptr<ProxyCall>> lost;
    for (const auto& [raw, call] : calls_) {
      if (raw->server() == server) lost.push_back(call);
    }
    for (const std::shared_ptr<ProxyCall>& call : lost) call->ServerIsLost();
    upstreams_.ServerLost(server);
  });
}

}  // namespace firesteel::gateway
