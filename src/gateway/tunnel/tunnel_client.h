#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>

#include "base/result.h"
#include "gateway/tunnel/dial.h"
#include "gateway/tunnel/protocol.h"
#include "gateway/tunnel/relay.h"
#include "gateway/tunnel/token_source.h"

namespace firesteel::gateway {

/// The laptop's end: a local port whose connections are each carried to the gateway by a WebSocket of their own. A
/// connection that cannot be carried is cut at once; the next one is tried anew. For the thread that runs `io`, which
/// must run no more when this is destroyed.
class TunnelClient {
 public:
  struct Options {
    DialPlan dial;
    TokenSource token;
    std::string host = "127.0.0.1";
    uint16_t port = 15002;  ///< 0: any free one
    TunnelTimes times;
  };

  TunnelClient(asio::io_context& io, Options options);

  /// Takes the local port; an error names it. Connections wait until Start.
  Status Listen();
  /// Carries connections from now on.
  void Start();
  /// Opens a tunnel and closes it again: whether connections would be carried. An error says why not.
  asio::awaitable<Status> Test();
  /// Takes no more connections and ends those that there are.
  void Stop();

  uint16_t port() const { return port_; }
  size_t connections() const { return relays_.size(); }

 private:
  using Local = asio::ip::tcp::socket;

  asio::awaitable<void> AcceptAll();
  asio::awaitable<void> Carry(std::shared_ptr<Local> local, uint64_t number);
  asio::awaitable<Result<std::unique_ptr<WebSocket>>> Open();

  asio::io_context& io_;
  const Options options_;
  asio::ip::tcp::acceptor acceptor_;
  uint16_t port_ = 0;
  uint64_t last_number_ = 0;
  std::unordered_set<std::shared_ptr<Relay>> relays_;
};

}  // namespace firesteel::gateway
