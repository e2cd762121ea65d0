#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "gateway/config/config.h"
#include "gateway/http/gateway_http.h"
#include "gateway/proxy/forwarding_loop.h"
#include "gateway/tunnel/tunnel_server.h"

namespace firesteel::gateway {

/// The gateway: loops that forward, the HTTP port, and what they share. Start and Stop are for one thread; Reload and
/// Refresh too.
class Gateway {
 public:
  explicit Gateway(std::shared_ptr<const GatewayConfig> config, const Clock& clock = SystemClock::Instance());
  ~Gateway();

  /// Listens and watches servers. An error names what could not be done; then nothing runs.
  Status Start();
  /// The port of the gRPC listener.
  uint16_t port() const { return port_; }
  /// Where people look at it, as "http://127.0.0.1:15080/"; empty where [http] is not enabled.
  std::string StatusUrl() const;
  /// Takes the new configuration over; calls and sessions go on. What only a start can change (addresses, the number of
  /// threads) stays as it was, and the log says so. An error changes nothing.
  Status Reload(std::shared_ptr<const GatewayConfig> config);
  /// About once a second: key files and URLs, renewed certificates. May block on the network.
  void Refresh();
  /// Lets running calls end for as long as the configuration says, then ends.
  void Stop();

  Services& services() { return services_; }

 private:
  Status MakeServices(const GatewayConfig& config);
  struct Certificates;
  static Result<Certificates> ReadCertificates(const GatewayConfig& config);
  /// From the next connection on.
  void Use(const Certificates& certificates);
  Status StartHttp(TlsContext tls);
  void Audit(const TunnelRefusal& refused);
  /// On the HTTP port's thread.
  std::vector<Gauge> Gauges() const;

  const Clock& clock_;
  std::shared_ptr<const GatewayConfig> config_;
  Services services_;
  std::vector<std::unique_ptr<ForwardingLoop>> loops_;
  HttpConfig http_config_;                 ///< as it was started
  std::unique_ptr<TunnelServer> tunnels_;  ///< of the HTTP port; its connections go to the loops in turn
  size_t next_loop_ = 0;                   ///< of the HTTP port's thread
  std::unique_ptr<GatewayHttp> http_;      ///< null: none
  uint16_t port_ = 0;
  int64_t certificate_time_ = 0;  ///< when files of certificates were changed last
  bool started_ = false;
};

}  // namespace firesteel::gateway
