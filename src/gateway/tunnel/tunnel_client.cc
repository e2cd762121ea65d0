#include "gateway/tunnel/tunnel_client.h"

#include <fmt/format.h>

#include <chrono>
#include <vector>

#include "base/log.h"
#include "gateway/config/text_values.h"

namespace firesteel::gateway {
namespace {

using asio::ip::tcp;

constexpr auto kNoDescriptors = std::chrono::milliseconds(100);

void Cut(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

}  // namespace

TunnelClient::TunnelClient(asio::io_context& io, Options options)
    : io_(io), options_(std::move(options)), acceptor_(io) {}

Status TunnelClient::Listen() {
  const auto wrong = [&](const error_code& error) {
    return Status::Error(fmt::format("cannot listen on {}: {}{}", HostPortText(options_.host, options_.port),
                                     error.message(),
                                     error == asio::error::address_in_use ? " (--port gives another port)" : ""));
  };
  error_code error;
  tcp::resolver resolver(io_);
  const auto found = resolver.resolve(options_.host, std::to_string(options_.port), tcp::resolver::passive, error);
  if (error) return wrong(error);
  const tcp::endpoint endpoint = *found.begin();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return wrong(error);
  port_ = acceptor_.local_endpoint(error).port();
  return Status::Ok();
}

void TunnelClient::Start() {
  asio::co_spawn(
      io_, [this]() -> asio::awaitable<void> { co_await AcceptAll(); }, asio::detached);
}

asio::awaitable<void> TunnelClient::AcceptAll() {
  while (acceptor_.is_open()) {
    const auto local = std::make_shared<Local>(io_);
    error_code error;
    co_await acceptor_.async_accept(*local, Into(error));
    if (!acceptor_.is_open()) co_return;
    if (error) {
      // Out of descriptors, or the peer is gone again.
      asio::steady_timer rest(io_, kNoDescriptors);
      co_await rest.async_wait(Into(error));
      continue;
    }
    const uint64_t number = ++last_number_;
    asio::co_spawn(
        io_, [this, local, number]() -> asio::awaitable<void> { co_await Carry(local, number); }, asio::detached);
  }
}

asio::awaitable<Result<std::unique_ptr<WebSocket>>> TunnelClient::Open() {
  const Result<std::string> token = options_.token.Read();
  if (!token) co_return token.status();
  co_return co_await Dial(options_.dial, *token);
}

asio::awaitable<void> TunnelClient::Carry(std::shared_ptr<Local> local, uint64_t number) {
  error_code ignored;
  local->set_option(tcp::no_delay(true), ignored);
  Result<std::unique_ptr<WebSocket>> remote = co_await Open();
  if (!remote) {
    log::Warn("connection {}: {}", number, remote.error());
    co_return Cut(*local);
  }
  if (!acceptor_.is_open()) co_return;  // stopped meanwhile
  const auto place = std::make_shared<std::weak_ptr<Relay>>();
  const auto relay = std::make_shared<Relay>(std::move(*remote), std::move(*local), options_.times,
                                             [this, number, place](const std::string& why) {
                                               if (!why.empty()) log::Warn("connection {} ended: {}", number, why);
                                               relays_.erase(place->lock());
                                             });
  *place = relay;
  relays_.insert(relay);
  log::Debug("connection {} is carried", number);
  relay->Start();
}

asio::awaitable<Status> TunnelClient::Test() {
  Result<std::unique_ptr<WebSocket>> opened = co_await Open();
  if (!opened) co_return opened.status();
  const std::shared_ptr<WebSocket> remote = std::move(*opened);
  asio::steady_timer patience(io_, options_.times.farewell);
  patience.async_wait([remote](const error_code& cancelled) {
    if (!cancelled) remote->Drop();
  });
  co_await remote->Close(CloseCode::kNormal, "it works");
  patience.cancel();
  co_return Status::Ok();
}

void TunnelClient::Stop() {
  error_code ignored;
  acceptor_.close(ignored);
  const std::vector<std::shared_ptr<Relay>> relays(relays_.begin(), relays_.end());
  for (const std::shared_ptr<Relay>& relay : relays) relay->End("the tunnel was stopped");
}

}  // namespace firesteel::gateway
