#include "gateway/tunnel/run_tunnel.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <set>
#include <string_view>

#include "base/ascii_case.h"
#include "base/log.h"
#include "gateway/tunnel/tunnel_client.h"

namespace firesteel::gateway {
namespace {

constexpr auto kFirstRest = std::chrono::milliseconds(500), kLongestRest = std::chrono::milliseconds(15'000);
constexpr auto kFarewell = std::chrono::milliseconds(300);

Result<TunnelClient::Options> OptionsOf(const TunnelCommand& command) {
  TunnelClient::Options options;
  options.host = command.host;
  options.port = command.port;
  options.token = command.token;
  options.times.farewell = kFarewell;
  if (const Result<std::string> token = options.token.Read(); !token) return token.status();
  Result<GatewayUrl> gateway = ParseGatewayUrl(command.gateway);
  if (!gateway) return gateway.status();
  options.dial.gateway = std::move(*gateway);
  Result<std::optional<HttpProxy>> proxy = ProxyTo(options.dial.gateway, [](const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  });
  if (!proxy) return proxy.status();
  options.dial.proxy = std::move(*proxy);
  for (const std::string& text : command.headers) {
    Result<std::pair<std::string, std::string>> header = ParseTunnelHeader(text);
    if (!header) return header.status();
    options.dial.headers.push_back(std::move(*header));
  }
  if (options.dial.gateway.tls) {
    Result<std::shared_ptr<asio::ssl::context>> tls = DialTls(command.ca_file);
    if (!tls) return tls.status();
    options.dial.tls = std::move(*tls);
  } else if (!command.ca_file.empty()) {
    return Status::Error("--ca is for wss:// gateways: ws:// has no certificate");
  }
  return options;
}

/// One run of the command.
class Session {
 public:
  Session(TunnelClient::Options options, bool wait)
      : host_(options.host), url_(options.dial.gateway.Text()), wait_(wait), client_(io_, std::move(options)) {}

  int Run() {
    if (const Status status = client_.Listen(); !status) return Fail(status.message);
    if (!IsLoopback(host_)) {
      log::Warn("whoever reaches {} uses your token: --host 127.0.0.1 is for this machine only",
                HostPortText(host_, client_.port()));
    }
    signals_.async_wait([this](const error_code& error, int) {
      if (!error) Stop();
    });
    asio::co_spawn(
        io_, [this]() -> asio::awaitable<void> { co_await Begin(); }, asio::detached);
    io_.run();
    return exit_code_;
  }

 private:
  int Fail(const std::string& message) {
    std::cerr << "firesteel: " << message << std::endl;
    return exit_code_ = 1;
  }

  asio::awaitable<void> Begin() {
    auto rest = kFirstRest;
    while (true) {
      const Status status = co_await client_.Test();
      if (stopped_) co_return;
      if (status) break;
      if (!wait_) {
        Fail(status.message);
        co_return io_.stop();
      }
      log::Warn("{}; the next attempt is in {} s", status.message, rest.count() / 1000.0);
      error_code ignored;
      rest_.expires_after(rest);
      co_await rest_.async_wait(Into(ignored));
      if (stopped_) co_return;
      rest = std::min(rest * 2, kLongestRest);
    }
    const std::string local = HostPortText(IsLoopback(host_) ? "localhost" : host_, client_.port());
    std::cout << fmt::format("connected: sc://{} → {}\nuse it:    pyspark --remote sc://{}\nCtrl-C ends it.", local,
                             url_, local)
              << std::endl;
    client_.Start();
  }

  void Stop() {
    stopped_ = true;
    rest_.cancel();
    client_.Stop();
    // For the closing frames; a look-up or a handshake is not waited for.
    rest_.expires_after(kFarewell);
    rest_.async_wait([this](const error_code&) { io_.stop(); });
  }

  const std::string host_, url_;
  const bool wait_;
  asio::io_context io_{1};
  TunnelClient client_;
  asio::signal_set signals_{io_, SIGINT, SIGTERM};
  asio::steady_timer rest_{io_};
  bool stopped_ = false;
  int exit_code_ = 0;
};

}  // namespace

Result<std::pair<std::string, std::string>> ParseTunnelHeader(const std::string& text) {
  static const std::set<std::string> kOurs = {
      "authorization", "connection", "content-length",    "host",
      "origin",        "upgrade",    "transfer-encoding", "proxy-authorization"};
  const size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto letter = [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_' || c == '.';
  };
  if (equals == std::string::npos || name.empty() || !std::all_of(name.begin(), name.end(), letter)) {
    return Status::Error("--header wants name=value, the name of letters, digits, '-', '_' and '.'");
  }
  const std::string lower = AsciiLower(name);
  if (kOurs.contains(lower) || lower.starts_with("sec-websocket-")) {
    return Status::Error(fmt::format("--header {} cannot be set: the tunnel sets it itself{}", name,
                                     lower == "authorization" ? ", by --token or --token-file" : ""));
  }
  const std::string value = text.substr(equals + 1);
  if (!std::all_of(value.begin(), value.end(), [](char c) { return c == '\t' || (c >= ' ' && c < '\x7f'); })) {
    return Status::Error(fmt::format("--header {} has a value with characters that no header may have", name));
  }
  return std::pair{name, value};
}

int RunTunnel(const TunnelCommand& command) {
  signal(SIGPIPE, SIG_IGN);
  Result<TunnelClient::Options> options = OptionsOf(command);
  if (!options) {
    std::cerr << "firesteel: " << options.error() << std::endl;
    return 1;
  }
  Session session(std::move(*options), command.wait);
  const int exit_code = session.Run();
  // A look-up that hangs would hold up the end of Asio's thread for it: the process ends without.
  std::fflush(nullptr);
  std::_Exit(exit_code);
}

}  // namespace firesteel::gateway
