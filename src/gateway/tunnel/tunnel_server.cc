#include "gateway/tunnel/tunnel_server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <vector>

#include "base/log.h"
#include "gateway/http/http_upgrade.h"
#include "gateway/tunnel/relay.h"

namespace firesteel::gateway {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

constexpr auto kAcceptPatience = std::chrono::seconds(10);
constexpr auto kProofInterval = std::chrono::seconds(60);

Credentials CredentialsOf(const HttpRequest& request) {
  Credentials credentials;
  credentials.authorization_count = static_cast<int>(request.CountOf("authorization"));
  if (credentials.authorization_count > 0) credentials.authorization = std::string(request.Header("authorization"));
  credentials.certificate_name = request.peer->certificate_name;
  credentials.encrypted = request.peer->encrypted;
  credentials.loopback = request.peer->loopback;
  return credentials;
}

int StatusOf(const Refusal& refusal) {
  switch (refusal.code) {
    case Code::kUnauthenticated:
      return 401;
    case Code::kUnavailable:
      return 503;
    default:
      return 403;
  }
}

bool AsksForOurProtocol(const HttpRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
    return header.first == "sec-websocket-protocol" && http::token_list(header.second).exists(kTunnelProtocol);
  });
}

bool Proves(const Identity& one, const Identity& other) {
  return one.method == other.method && one.user == other.user && one.teams == other.teams &&
         one.operator_rights == other.operator_rights;
}

std::string HostOf(const std::string& address) { return address.substr(0, address.rfind(':')); }

}  // namespace

struct TunnelServer::Tunnel {
  uint64_t id = 0;
  std::string owner;
  Credentials credentials;  ///< with the token: it is proven again and again
  Peer peer;                ///< with the identity
  std::weak_ptr<Relay> relay;
};

TunnelServer::TunnelServer(Prove prove, Deliver deliver, Refused refused, TunnelLimits limits, TunnelTimes times)
    : prove_(std::move(prove)),
      deliver_(std::move(deliver)),
      refused_(std::move(refused)),
      limits_(limits),
      times_(times) {}

TunnelServer::~TunnelServer() = default;

void TunnelServer::RouteOn(HttpServer& http) {
  http.RouteUpgrade(
      kTunnelPath, [this](const HttpRequest& request) { return Check(request); },
      [this](HttpUpgrade upgrade) { Take(std::move(upgrade)); });
  http.Every(kProofInterval, [this] { ProveAgain(); });
}

std::string TunnelServer::OwnerOf(const Identity& identity, const Peer& peer) {
  return identity.user.empty() ? "address " + HostOf(peer.address) : "user " + identity.user;
}

std::optional<std::pair<int, std::string>> TunnelServer::Full(const std::string& owner) const {
  const auto found = of_owner_.find(owner);
  if (found != of_owner_.end() && found->second >= limits_.per_user) {
    return std::pair(429, fmt::format("{} has {} tunnels, which is the most: end some", owner, found->second));
  }
  if (std::cmp_less(tunnels_.size(), limits_.in_all)) return std::nullopt;
  return std::pair(503, fmt::format("the gateway has {} tunnels, which is the most: try again later", tunnels_.size()));
}

HttpResponse TunnelServer::Refuse(const HttpRequest& request, int status, const std::string& reason,
                                  std::shared_ptr<const Identity> identity) const {
  log::Event("tunnel refused", {{"remote", request.peer->address}, {"reason", reason}});
  if (refused_) refused_({std::move(identity), request.peer->address, status, reason});
  HttpResponse response = JsonError(status, reason);
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

std::optional<HttpResponse> TunnelServer::Check(const HttpRequest& request) {
  // A browser says where a page came from that opens a WebSocket. None of them has business here, and no page may reach
  // a gateway that lets everybody of its network in.
  if (request.CountOf("origin") > 0) return Refuse(request, 403, "tunnels are not for browsers");
  const auto proven = prove_(CredentialsOf(request));
  if (const auto* refusal = std::get_if<Refusal>(&proven)) {
    return Refuse(request, StatusOf(*refusal), refusal->message);
  }
  const std::shared_ptr<const Identity>& identity = std::get<0>(proven);
  if (!AsksForOurProtocol(request)) {
    return Refuse(
        request, 400,
        fmt::format("the WebSocket's protocol must be {}: is the client of another version?", kTunnelProtocol),
        identity);
  }
  if (const auto full = Full(OwnerOf(*identity, *request.peer))) {
    return Refuse(request, full->first, full->second, identity);
  }
  return std::nullopt;
}

void TunnelServer::Take(HttpUpgrade taken) {
  const auto upgrade = std::make_shared<HttpUpgrade>(std::move(taken));
  const auto tunnel = std::make_shared<Tunnel>();
  tunnel->credentials = CredentialsOf(upgrade->request);
  tunnel->peer = *upgrade->request.peer;
  const auto proven = prove_(tunnel->credentials);
  // Check saw to both a moment ago.
  if (proven.index() != 0) return;
  tunnel->peer.identity = std::get<0>(proven);
  tunnel->owner = OwnerOf(*tunnel->peer.identity, tunnel->peer);
  if (Full(tunnel->owner)) return;
  tunnel->id = ++last_id_;
  tunnels_[tunnel->id] = tunnel;
  ++of_owner_[tunnel->owner];
  std::visit([&](auto& stream) { Accept(std::move(stream), upgrade, tunnel); }, upgrade->stream);
}

template <class Stream>
void TunnelServer::Accept(Stream stream, std::shared_ptr<const HttpUpgrade> upgrade, std::shared_ptr<Tunnel> tunnel) {
  auto socket = std::make_shared<BeastWebSocket<Stream>>(std::move(stream));
  socket->set_option(websocket::stream_base::decorator(
      [](websocket::response_type& response) { response.set(http::field::sec_websocket_protocol, kTunnelProtocol); }));
  beast::get_lowest_layer(*socket).expires_after(kAcceptPatience);
  asio::co_spawn(
      socket->get_executor(),
      [this, socket, upgrade, tunnel]() -> asio::awaitable<void> {
        error_code error;
        co_await socket->async_accept(upgrade->message, Into(error));
        if (error) {
          Forget(*tunnel, error.message());
        } else {
          Open(gateway::Adopt(std::move(*socket)), tunnel);
        }
      },
      asio::detached);
}

void TunnelServer::Open(std::unique_ptr<WebSocket> remote, const std::shared_ptr<Tunnel>& tunnel) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    return Forget(*tunnel, "no file descriptors are left: raise the limit (ulimit -n)");
  }
  Socket front(ends[0]);
  Relay::LocalSocket local(remote->Executor(), asio::generic::stream_protocol(AF_UNIX, 0), ends[1]);
  const auto relay = std::make_shared<Relay>(std::move(remote), std::move(local), times_,
                                             [this, tunnel](const std::string& why) { Forget(*tunnel, why); });
  tunnel->relay = relay;
  log::Event("tunnel opened", {{"user", tunnel->peer.identity->user}, {"remote", tunnel->peer.address}});
  deliver_(std::move(front), tunnel->peer);
  relay->Start();
}

void TunnelServer::Forget(const Tunnel& tunnel, const std::string& why) {
  log::Event("tunnel ended", {{"user", tunnel.peer.identity->user}, {"remote", tunnel.peer.address}, {"reason", why}});
  const auto found = of_owner_.find(tunnel.owner);
  if (--found->second == 0) of_owner_.erase(found);
  tunnels_.erase(tunnel.id);
}

void TunnelServer::ProveAgain() {
  std::vector<std::pair<std::shared_ptr<Relay>, std::string>> ending;
  for (const auto& [id, tunnel] : tunnels_) {
    const std::shared_ptr<Relay> relay = tunnel->relay.lock();
    if (!relay) continue;  // its handshake is under way
    const auto proven = prove_(tunnel->credentials);
    if (const auto* refusal = std::get_if<Refusal>(&proven)) {
      ending.emplace_back(relay, refusal->message);
    } else if (!Proves(*std::get<0>(proven), *tunnel->peer.identity)) {
      ending.emplace_back(relay, "the token proves something else than before");
    }
  }
  for (const auto& [relay, why] : ending) relay->End(why, CloseCode::kPolicy);
}

}  // namespace firesteel::gateway
