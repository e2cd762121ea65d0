#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "gateway/http/http_message.h"
#include "gateway/transport/tls.h"

namespace firesteel::gateway {

struct HttpUpgrade;  // http_upgrade.h, which includes Boost

/// A small HTTP/1.1 server with one thread of its own: requests of 16 KiB head and 1 MiB body at most, connections
/// that do nothing for half a minute are closed. Every response forbids scripts, frames and caching.
///
/// Routes are registered before Start. Handlers run on the server's thread: they must not block. One that throws is
/// answered 500.
class HttpServer {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    uint16_t port = 0;                                             ///< 0: any free one
    size_t most_connections = 512;                                 ///< more wait in the kernel's queue
    std::chrono::milliseconds patience{std::chrono::seconds(30)};  ///< for a whole request, and between two
  };
  using Handler = std::function<HttpResponse(const HttpRequest&)>;
  /// A response: the upgrade is refused with it, and the connection stays the server's.
  using UpgradeCheck = std::function<std::optional<HttpResponse>(const HttpRequest&)>;
  using UpgradeHandler = std::function<void(HttpUpgrade)>;

  /// `tls`: of HttpServerContext; null: plaintext.
  HttpServer(Options options, TlsContext tls);
  ~HttpServer();

  /// `pattern`: "/sessions/{}/end", where {} stands for one segment that is not empty. HEAD is answered as GET.
  void Route(std::string method, std::string pattern, Handler handler);
  /// `GET path` with `Upgrade: websocket`: `check` is asked first, then `take` gets the connection. The same path
  /// without upgrade is answered 426.
  void RouteUpgrade(std::string path, UpgradeCheck check, UpgradeHandler take);

  /// Listens. An error names the address.
  Status Start();
  uint16_t port() const;
  /// Ends all connections, those that were handed over too. Nothing runs on the thread afterwards. Also before Start.
  void Stop();

  /// For connections to come; thread-safe. Not from null to TLS or back.
  void SetTls(TlsContext tls);
  /// Runs the task on the server's thread; thread-safe. Tasks posted after Stop do not run.
  void Post(std::function<void()> task);
  /// Runs the task on the server's thread again and again. Before Start.
  void Every(std::chrono::milliseconds interval, std::function<void()> task);

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace firesteel::gateway
