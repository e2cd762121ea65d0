#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <unordered_map>

#include "gateway/proxy/client_connection.h"

namespace firesteel::gateway {

/// A thread that takes connections of clients and forwards their calls.
class ForwardingLoop final : public CallHome, public ServerLossListener {
 public:
  ForwardingLoop(Services& services, Socket listener, TlsContext tls);
  ~ForwardingLoop() override;

  void Start();
  /// Thread-safe: for connections from now on.
  void SetTls(TlsContext tls);
  /// Thread-safe. Takes a connection that came by other ways, as a tunnel, without TLS; `socket` is non-blocking. One
  /// that comes too late is closed.
  void Adopt(Socket socket, Peer peer);
  /// Thread-safe. Takes no more connections; clients are told, their calls go on.
  void Drain();
  /// Thread-safe: calls that are not over.
  int running() const { return running_.load(); }
  /// Ends all that is left, and the thread.
  void Stop();

  EventLoop& loop() override { return loop_; }
  Upstreams& upstreams() override { return upstreams_; }
  void Remember(std::shared_ptr<ProxyCall> call) override;
  void Forget(ProxyCall* call) override;
  void ServerLost(ServerId server) override;

 private:
  struct Acceptor final : EventLoop::Handler {
    explicit Acceptor(ForwardingLoop& l) : loop(l) {}
    void OnEvents(uint32_t) override { loop.AcceptAll(); }
    ForwardingLoop& loop;
  };

  void AcceptAll();
  void Serve(Socket socket, Peer peer, const TlsContext& tls);
  void CheckTimesLater();
  void Remove(ClientConnection* connection);

  Services& services_;
  Socket listener_;
  TlsContext tls_;
  EventLoop loop_;
  Upstreams upstreams_;
  Acceptor acceptor_{*this};
  bool draining_ = false;
  std::atomic<int> running_{0};
  std::unordered_map<ProxyCall*, std::shared_ptr<ProxyCall>> calls_;
  std::unordered_map<ClientConnection*, std::unique_ptr<ClientConnection>> connections_;
  std::thread thread_;
};

}  // namespace firesteel::gateway
