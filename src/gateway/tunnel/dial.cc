#include "gateway/tunnel/dial.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <nlohmann/json.hpp>

#include "base/text_beginning.h"
#include "gateway/tunnel/protocol.h"

namespace firesteel::gateway {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using std::chrono::steady_clock;
using TimePoint = steady_clock::time_point;

// What a name service gave, or did not in time: its own patience is half a minute and cannot be cut short.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), over(executor) {}
  tcp::resolver resolver;
  asio::steady_timer over;
  error_code error = asio::error::timed_out;
  tcp::resolver::results_type found;
};

struct Hop {
  std::string host;
  uint16_t port;
  std::string what;  ///< "the gateway spark.example.com"
};

/// One opening handshake.
class Attempt {
 public:
  Attempt(const DialPlan& plan, std::string token)
      : plan_(plan), token_(std::move(token)), deadline_(steady_clock::now() + plan.patience) {}

  asio::awaitable<Result<std::unique_ptr<WebSocket>>> Run();

 private:
  std::string Gateway() const { return "the gateway " + plan_.gateway.Authority(); }
  std::string TooLate() const { return fmt::format("does not answer within {} s", plan_.patience.count() / 1000.0); }
  std::string Because(const error_code& error) const {
    return error == beast::error::timeout || error == asio::error::timed_out ? TooLate()
                                                                             : "cannot be reached: " + error.message();
  }

  asio::awaitable<Status> Connect(beast::tcp_stream& stream, const Hop& hop);
  asio::awaitable<Status> AskProxy(beast::tcp_stream& stream);
  asio::awaitable<Status> ShakeTls(beast::ssl_stream<beast::tcp_stream>& stream);
  template <class Stream>
  asio::awaitable<Status> Upgrade(BeastWebSocket<Stream>& socket);
  Status Declined(const websocket::response_type& response) const;

  const DialPlan& plan_;
  const std::string token_;
  const TimePoint deadline_;
};

asio::awaitable<Status> Attempt::Connect(beast::tcp_stream& stream, const Hop& hop) {
  const auto lookup = std::make_shared<Lookup>(stream.get_executor());
  lookup->over.expires_at(deadline_);
  lookup->resolver.async_resolve(hop.host, std::to_string(hop.port),
                                 [lookup](const error_code& error, tcp::resolver::results_type found) {
                                   lookup->error = error;
                                   lookup->found = std::move(found);
                                   lookup->over.cancel();
                                 });
  error_code ignored;
  co_await lookup->over.async_wait(Into(ignored));
  if (lookup->error) {
    co_return Status::Error(fmt::format("the name of {} cannot be resolved: {}", hop.what, lookup->error.message()));
  }
  error_code error = asio::error::host_not_found;
  size_t left = lookup->found.size();
  for (const auto& entry : lookup->found) {
    // An address that swallows packets leaves time for the next.
    stream.expires_after((deadline_ - steady_clock::now()) / static_cast<int>(left--));
    co_await stream.async_connect(entry.endpoint(), Into(error));
    if (!error) break;
    stream.close();
  }
  if (error) co_return Status::Error(fmt::format("{} {}", hop.what, Because(error)));
  stream.expires_at(deadline_);
  co_return Status::Ok();
}

asio::awaitable<Status> Attempt::AskProxy(beast::tcp_stream& stream) {
  const std::string proxy = "the proxy " + plan_.proxy->Text();
  const std::string target = HostPortText(plan_.gateway.host, plan_.gateway.port);
  http::request<http::empty_body> request(http::verb::connect, target, 11);
  request.set(http::field::host, target);
  if (!plan_.proxy->authorization.empty()) {
    request.set(http::field::proxy_authorization, plan_.proxy->authorization);
  }
  error_code error;
  co_await http::async_write(stream, request, Into(error));
  // A response to CONNECT has no body, whatever its headers say; what comes next is the gateway's.
  http::response_parser<http::empty_body> parser;
  parser.skip(true);
  beast::flat_buffer buffer(16 * 1024);
  if (!error) co_await http::async_read_header(stream, buffer, parser, Into(error));
  if (error) co_return Status::Error(fmt::format("{} {}", proxy, Because(error)));
  const unsigned status = parser.get().result_int();
  if (status == 407) {
    co_return Status::Error(
        fmt::format("{} wants a user and a password that it accepts: write HTTPS_PROXY as "
                    "http://user:password@host:port",
                    proxy));
  }
  if (status < 200 || status > 299) {
    co_return Status::Error(fmt::format("{} does not connect to {} (status {})", proxy, target, status));
  }
  if (buffer.size() != 0) co_return Status::Error(proxy + " sent more than its answer");
  co_return Status::Ok();
}

asio::awaitable<Status> Attempt::ShakeTls(beast::ssl_stream<beast::tcp_stream>& stream) {
  const std::string& host = plan_.gateway.host;
  SSL* ssl = stream.native_handle();
  in6_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
  } else {
    SSL_set_tlsext_host_name(ssl, host.c_str());
    SSL_set1_host(ssl, host.c_str());
  }
  error_code error;
  co_await stream.async_handshake(asio::ssl::stream_base::client, Into(error));
  if (!error) co_return Status::Ok();
  const long verified = SSL_get_verify_result(ssl);  // NOLINT: OpenSSL's type
  if (verified == X509_V_OK) {
    if (error == beast::error::timeout) co_return Status::Error(fmt::format("{} {}", Gateway(), TooLate()));
    co_return Status::Error(fmt::format("{} does not speak TLS with us: {}", Gateway(), error.message()));
  }
  const bool untrusted = verified != X509_V_ERR_HOSTNAME_MISMATCH && verified != X509_V_ERR_IP_ADDRESS_MISMATCH &&
                         verified != X509_V_ERR_CERT_HAS_EXPIRED;
  co_return Status::Error(fmt::format("the certificate of {} is not accepted: {}{}", Gateway(),
                                      X509_verify_cert_error_string(verified),
                                      untrusted ? " (--ca FILE names the authority to trust)" : ""));
}

/// {"error": sentence}, as the gateway answers.
std::string ErrorOf(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("error") || !json["error"].is_string()) return {};
  return ": " + TextBeginning(json["error"].get<std::string>(), 500);
}

Status Attempt::Declined(const websocket::response_type& response) const {
  const std::string why = ErrorOf(response.body());
  const unsigned status = response.result_int();
  switch (status) {
    case 101:
      return Status::Error(fmt::format("{} opens WebSockets, but not Firesteel's tunnels", Gateway()));
    case 401:
      return Status::Error(fmt::format("{} refuses the token{}", Gateway(), why));
    case 404:
      return Status::Error(
          fmt::format("{} has no tunnel at {}: is this its HTTP address?", Gateway(), plan_.gateway.path));
    default:
      return Status::Error(fmt::format("{} refuses the tunnel (status {}){}", Gateway(), status, why));
  }
}

template <class Stream>
asio::awaitable<Status> Attempt::Upgrade(BeastWebSocket<Stream>& socket) {
  // Beast's own timers stand still until Adopt: the stream's deadline is for all.
  socket.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
    request.set(http::field::sec_websocket_protocol, kTunnelProtocol);
    if (!token_.empty()) request.set(http::field::authorization, "Bearer " + token_);
    for (const auto& [name, value] : plan_.headers) request.insert(name, value);
  }));
  websocket::response_type response;
  error_code error;
  co_await socket.async_handshake(response, plan_.gateway.Authority(), plan_.gateway.path, Into(error));
  if (error == websocket::error::upgrade_declined) co_return Declined(response);
  if (error) co_return Status::Error(fmt::format("{} {}", Gateway(), Because(error)));
  if (response[http::field::sec_websocket_protocol] != kTunnelProtocol) co_return Declined(response);
  co_return Status::Ok();
}

asio::awaitable<Result<std::unique_ptr<WebSocket>>> Attempt::Run() {
  beast::tcp_stream stream(co_await asio::this_coro::executor);
  const Hop hop = plan_.proxy ? Hop{plan_.proxy->host, plan_.proxy->port, "the proxy " + plan_.proxy->Text()}
                              : Hop{plan_.gateway.host, plan_.gateway.port, Gateway()};
  Status status = co_await Connect(stream, hop);
  if (status && plan_.proxy) status = co_await AskProxy(stream);
  if (!status) co_return status;
  if (!plan_.tls) {
    PlainBeastWebSocket socket(std::move(stream));
    status = co_await Upgrade(socket);
    if (!status) co_return status;
    co_return Adopt(std::move(socket));
  }
  TlsBeastWebSocket socket(std::move(stream), *plan_.tls);
  status = co_await ShakeTls(socket.next_layer());
  if (status) status = co_await Upgrade(socket);
  if (!status) co_return status;
  co_return Adopt(std::move(socket));
}

}  // namespace

Result<std::shared_ptr<asio::ssl::context>> DialTls(const std::string& ca_file) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX* raw = context->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  constexpr unsigned char kAlpn[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(raw, kAlpn, sizeof kAlpn - 1);
  error_code error;
  context->set_verify_mode(asio::ssl::verify_peer, error);
  if (ca_file.empty()) {
    context->set_default_verify_paths(error);
  } else {
    context->load_verify_file(ca_file, error);
  }
  if (error) {
    return Status::Error(fmt::format("cannot read the authorities in {}: {}",
                                     ca_file.empty() ? "the system's folder" : ca_file, error.message()));
  }
  return context;
}

asio::awaitable<Result<std::unique_ptr<WebSocket>>> Dial(const DialPlan& plan, std::string token) {
  Attempt attempt(plan, std::move(token));
  co_return co_await attempt.Run();
}

}  // namespace firesteel::gateway
