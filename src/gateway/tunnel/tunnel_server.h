#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "gateway/auth/authenticator.h"
#include "gateway/http/http_server.h"
#include "gateway/proxy/peer.h"
#include "gateway/transport/socket.h"
#include "gateway/tunnel/protocol.h"

namespace firesteel::gateway {

class Relay;
class WebSocket;

/// How many tunnels there may be at once.
struct TunnelLimits {
  int per_user = 100;
  int in_all = 1000;
};

/// A client whose tunnel was not opened.
struct TunnelRefusal {
  std::shared_ptr<const Identity> identity;  ///< null: it could not prove who it is
  std::string remote;                        ///< its address
  int status = 0;                            ///< of the HTTP response
  std::string reason;
};

/// The gateway's end of tunnels: upgrades of its HTTP server become connections of clients whose identity is proven.
/// For the HTTP server's thread.
class TunnelServer {
 public:
  /// As Authenticator::Authenticate.
  using Prove = std::function<std::variant<std::shared_ptr<const Identity>, Refusal>(const Credentials&)>;
  /// Takes a connection, as ForwardingLoop::Adopt.
  using Deliver = std::function<void(Socket, Peer)>;

  using Refused = std::function<void(const TunnelRefusal&)>;

  /// `refused`: told of everyone whom Check refuses; empty: nobody is.
  TunnelServer(Prove prove, Deliver deliver, Refused refused = {}, TunnelLimits limits = {}, TunnelTimes times = {});
  ~TunnelServer();

  /// Takes upgrades at kTunnelPath; every minute tunnels must prove themselves again. Before the HTTP server starts; it
  /// must be stopped before this is destroyed.
  void RouteOn(HttpServer& http);

  /// Refuses who cannot prove who they are (401, 403), browsers (403), other protocols (400) and too many (429, 503).
  std::optional<HttpResponse> Check(const HttpRequest& request);
  /// An upgrade that passed Check.
  void Take(HttpUpgrade upgrade);
  /// Ends the tunnels whose token proves no longer what it did.
  void ProveAgain();

  size_t count() const { return tunnels_.size(); }

 private:
  struct Tunnel;

  /// Whose tunnels are counted together: a user's, or an address's where users are as claimed.
  static std::string OwnerOf(const Identity& identity, const Peer& peer);
  HttpResponse Refuse(const HttpRequest& request, int status, const std::string& reason,
                      std::shared_ptr<const Identity> identity = nullptr) const;
  /// Status and reason of the response where the owner or all have too many.
  std::optional<std::pair<int, std::string>> Full(const std::string& owner) const;
  template <class Stream>
  void Accept(Stream stream, std::shared_ptr<const HttpUpgrade> upgrade, std::shared_ptr<Tunnel> tunnel);
  void Open(std::unique_ptr<WebSocket> remote, const std::shared_ptr<Tunnel>& tunnel);
  void Forget(const Tunnel& tunnel, const std::string& why);

  const Prove prove_;
  const Deliver deliver_;
  const Refused refused_;
  const TunnelLimits limits_;
  const TunnelTimes times_;
  std::map<uint64_t, std::shared_ptr<Tunnel>> tunnels_;
  std::map<std::string, int> of_owner_;
  uint64_t last_id_ = 0;
};

}  // namespace firesteel::gateway
