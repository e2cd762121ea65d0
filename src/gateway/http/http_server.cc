#include "gateway/http/http_server.h"

#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "gateway/http/http_connection.h"
#include "gateway/http/http_routes.h"
#include "gateway/transport/socket.h"

namespace firesteel::gateway {
namespace {

using boost::asio::ip::tcp;

constexpr auto kPauseWithoutDescriptors = std::chrono::milliseconds(100);

Peer PeerOf(const tcp::socket& socket, bool encrypted) {
  boost::beast::error_code error;
  const tcp::endpoint endpoint = socket.remote_endpoint(error);
  SocketAddress address;
  address.size = static_cast<socklen_t>(endpoint.size());
  std::memcpy(&address.storage, endpoint.data(), endpoint.size());
  return {AddressText(address), {}, encrypted, !error && IsLoopback(address)};
}

/// Asio's face of a context that others share.
boost::asio::ssl::context AsioContext(const TlsContext& tls) {
  SSL_CTX_up_ref(tls.get());
  return boost::asio::ssl::context(tls.get());
}

}  // namespace

class HttpServer::Implementation final : public HttpConnectionOwner,
                                         public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(Options options, TlsContext tls)
      : acceptor_(io_), pause_(io_), options_(std::move(options)), tls_(std::move(tls)) {}

  Status Start();
  void Stop();
  HttpResponse Answer(HttpRequest& request) override;
  std::optional<HttpResponse> CheckUpgrade(const HttpRequest& request) override;
  void TakeUpgrade(HttpUpgrade upgrade) override;
  void ConnectionEnded() override;

  struct Periodic {
    boost::asio::steady_timer timer;
    std::chrono::milliseconds interval;
    std::function<void()> task;
  };
  struct UpgradeRoute {
    std::string path;
    UpgradeCheck check;
    UpgradeHandler take;
  };

  boost::asio::io_context io_;  // first: what it holds ends last
  tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  const Options options_;
  std::atomic<TlsContext> tls_;
  HttpRoutes routes_;
  std::vector<UpgradeRoute> upgrades_;
  std::list<Periodic> periodic_;
  uint16_t port_ = 0;

 private:
  void Accept();
  void Accepted(tcp::socket socket);
  void Repeat(Periodic& periodic);
  const UpgradeRoute* FindUpgrade(const std::string& path) const;

  std::thread thread_;
  size_t connections_ = 0;
  bool accepting_ = false;
};

Status HttpServer::Implementation::Start() {
  Result<Socket> listener = Listen(options_.host, options_.port, false);
  if (!listener) return listener.status();
  port_ = LocalPort(*listener);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(listener->fd(), reinterpret_cast<sockaddr*>(&address), &size);
  acceptor_.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), ::dup(listener->fd()));
  for (Periodic& periodic : periodic_) Repeat(periodic);
  Accept();
  thread_ = std::thread([this] { io_.run(); });
  return Status::Ok();
}

void HttpServer::Implementation::Stop() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
  boost::beast::error_code ignored;
  acceptor_.close(ignored);
}

void HttpServer::Implementation::Accept() {
  accepting_ = true;
  acceptor_.async_accept([this](boost::beast::error_code error, tcp::socket socket) {
    accepting_ = false;
    if (error == boost::asio::error::operation_aborted) return;
    if (error) {
      // No descriptors are left, or a client has gone already.
      pause_.expires_after(kPauseWithoutDescriptors);
      pause_.async_wait([this](boost::beast::error_code over) {
        if (!over && !accepting_) Accept();
      });
      return;
    }
    Accepted(std::move(socket));
    if (connections_ < options_.most_connections) Accept();
  });
}

void HttpServer::Implementation::Accepted(tcp::socket socket) {
  boost::beast::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  ++connections_;
  const TlsContext tls = tls_.load();
  Peer peer = PeerOf(socket, tls != nullptr);
  if (!tls) {
    std::make_shared<HttpConnection<PlainStream>>(PlainStream(std::move(socket)), std::move(peer), options_.patience,
                                                  weak_from_this())
        ->Begin();
    return;
  }
  boost::asio::ssl::context context = AsioContext(tls);
  std::make_shared<HttpConnection<TlsStream>>(TlsStream(std::move(socket), context), std::move(peer), options_.patience,
                                              weak_from_this())
      ->Begin();
}

void HttpServer::Implementation::ConnectionEnded() {
  --connections_;
  if (!accepting_ && acceptor_.is_open())
    boost::asio::post(io_, [this] {
      if (!accepting_ && connections_ < options_.most_connections) Accept();
    });
}

void HttpServer::Implementation::Repeat(Periodic& periodic) {
  periodic.timer.expires_after(periodic.interval);
  periodic.timer.async_wait([this, &periodic](boost::beast::error_code error) {
    if (error) return;
    periodic.task();
    Repeat(periodic);
  });
}

HttpResponse HttpServer::Implementation::Answer(HttpRequest& request) {
  if (FindUpgrade(request.path)) {
    HttpResponse response = TextResponse(426, "This address is for WebSockets.");
    response.headers = {{"Upgrade", "websocket"}};
    return response;
  }
  return routes_.Answer(request);
}

const HttpServer::Implementation::UpgradeRoute* HttpServer::Implementation::FindUpgrade(const std::string& path) const {
  for (const UpgradeRoute& route : upgrades_) {
    if (route.path == path) return &route;
  }
  return nullptr;
}

std::optional<HttpResponse> HttpServer::Implementation::CheckUpgrade(const HttpRequest& request) {
  const UpgradeRoute* route = FindUpgrade(request.path);
  if (!route) return TextResponse(404, "There is no WebSocket at this address.");
  return route->check(request);
}

void HttpServer::Implementation::TakeUpgrade(HttpUpgrade upgrade) {
  if (const UpgradeRoute* route = FindUpgrade(upgrade.request.path)) route->take(std::move(upgrade));
}

HttpServer::HttpServer(Options options, TlsContext tls)
    : implementation_(std::make_shared<Implementation>(std::move(options), std::move(tls))) {}
HttpServer::~HttpServer() { Stop(); }

void HttpServer::Route(std::string method, std::string pattern, Handler handler) {
  implementation_->routes_.Add(std::move(method), pattern, std::move(handler));
}

void HttpServer::RouteUpgrade(std::string path, UpgradeCheck check, UpgradeHandler take) {
  implementation_->upgrades_.push_back({std::move(path), std::move(check), std::move(take)});
}

Status HttpServer::Start() { return implementation_->Start(); }
uint16_t HttpServer::port() const { return implementation_->port_; }
void HttpServer::Stop() { implementation_->Stop(); }
void HttpServer::SetTls(TlsContext tls) { implementation_->tls_.store(std::move(tls)); }
void HttpServer::Post(std::function<void()> task) { boost::asio::post(implementation_->io_, std::move(task)); }

void HttpServer::Every(std::chrono::milliseconds interval, std::function<void()> task) {
  implementation_->periodic_.push_back({boost::asio::steady_timer(implementation_->io_), interval, std::move(task)});
}

}  // namespace firesteel::gateway
