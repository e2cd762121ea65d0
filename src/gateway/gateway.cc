#include "gateway/gateway.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/threads.h"
#include "gateway/config/text_values.h"
#include "gateway/http/gateway_view.h"

namespace firesteel::gateway {
namespace {

/// How long no call must run before a stop that waits goes on.
constexpr std::chrono::milliseconds kQuiet{300};

/// Thousands of sessions are thousands of connections: as many descriptors as this process may have.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int64_t ChangeTime(const std::string& file) {
  struct stat status {};
  if (file.empty() || ::stat(file.c_str(), &status) != 0) return 0;
  return int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

int64_t CertificateTime(const ServerTls& tls) {
  return std::max({ChangeTime(tls.certificate_file), ChangeTime(tls.key_file), ChangeTime(tls.client_ca_file)});
}

int64_t CertificateTime(const GatewayConfig& config) {
  return std::max(CertificateTime(config.listen.tls), CertificateTime(config.http.tls));
}

/// Whether one may go on as the other: what cannot be changed while it listens.
bool SameListener(const HttpConfig& a, const HttpConfig& b) {
  return a.enabled == b.enabled && a.host == b.host && a.port == b.port &&
         a.tls.certificate_file.empty() == b.tls.certificate_file.empty();
}

}  // namespace

struct Gateway::Certificates {
  TlsContext listen, http;  ///< null: plaintext
};

Result<Gateway::Certificates> Gateway::ReadCertificates(const GatewayConfig& config) {
  Certificates certificates;
  if (!config.listen.tls.certificate_file.empty()) {
    Result<TlsContext> tls = ServerContext(config.listen.tls);
    if (!tls) return tls.status();
    certificates.listen = std::move(*tls);
  }
  if (config.http.enabled && !config.http.tls.certificate_file.empty()) {
    Result<TlsContext> tls = HttpServerContext(config.http.tls);
    if (!tls) return tls.status();
    certificates.http = std::move(*tls);
  }
  return certificates;
}

Gateway::Gateway(std::shared_ptr<const GatewayConfig> config, const Clock& clock)
    : clock_(clock), config_(config), services_(config, clock, [this] { return Gauges(); }) {}

Gateway::~Gateway() { Stop(); }

Status Gateway::MakeServices(const GatewayConfig& config) {
  if (!config.audit_file.empty() && !services_.audit) {
    Result<std::unique_ptr<AuditLog>> audit = AuditLog::Open(config.audit_file, clock_);
    if (!audit) return audit.status();
    services_.audit = std::move(*audit);
  }
  services_.authenticator.store(std::make_shared<Authenticator>(config.auth, clock_));
  services_.redaction.store(std::make_shared<const Redaction>(config.policy.redacted_keys));
  return Status::Ok();
}

Status Gateway::Start() {
  RaiseDescriptorLimit();
  if (Status status = MakeServices(*config_); !status) return status;
  if (!config_->state_file.empty()) {
    Result<std::unique_ptr<StateFile>> state = StateFile::Open(config_->state_file, clock_);
    if (!state) return state.status();
    services_.control.UseState(std::move(*state));
  }
  certificate_time_ = CertificateTime(*config_);
  Result<Certificates> certificates = ReadCertificates(*config_);
  if (!certificates) return certificates.status();
  port_ = config_->listen.port;
  for (int i = 0; i < ThreadsOrCores(config_->listen.threads); ++i) {
    Result<Socket> listener = Listen(config_->listen.host, port_, true);
    if (!listener) return listener.status();
    port_ = LocalPort(*listener);  // the others share the one that the first has got
    loops_.push_back(std::make_unique<ForwardingLoop>(services_, std::move(*listener), certificates->listen));
  }
  std::vector<ServerLossListener*> listeners;
  for (const auto& loop : loops_) listeners.push_back(loop.get());
  services_.control.Start(listeners);
  for (const auto& loop : loops_) loop->Start();
  started_ = true;
  if (Status status = StartHttp(certificates->http); !status) {
    Stop();
    return status;
  }
  return Status::Ok();
}

Status Gateway::StartHttp(TlsContext tls) {
  http_config_ = config_->http;
  if (!http_config_.enabled) return Status::Ok();
  http_ = std::make_unique<GatewayHttp>(services_, http_config_, std::move(tls), port_);
  tunnels_ = std::make_unique<TunnelServer>(
      [this](const Credentials& shown) { return services_.authenticator.load()->Authenticate(shown); },
      [this](Socket socket, Peer peer) {
        loops_[next_loop_++ % loops_.size()]->Adopt(std::move(socket), std::move(peer));
      },
      [this](const TunnelRefusal& refused) { Audit(refused); });
  tunnels_->RouteOn(http_->server());
  return http_->Start();
}

void Gateway::Audit(const TunnelRefusal& refused) {
  if (!services_.audit) return;
  AuditEntry entry;
  entry.time_micros = clock_.NowMicros();
  if (refused.identity) {
    entry.user = refused.identity->user;
    entry.method = refused.identity->method;
    entry.credential = refused.identity->credential;
  }
  entry.rpc = "OpenTunnel";
  entry.code = CodeOfStatus(refused.status);
  entry.remote = refused.remote;
  entry.reason = refused.reason;
  services_.audit->Write(std::move(entry));
}

std::vector<Gauge> Gateway::Gauges() const {
  const GatewayState state = TakeState(services_.control, false);
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const ServerEntryPtr& entry : state.servers) ++counts[{entry->address.servers, StateOf(*entry, state)}];
  Gauge servers{.name = "gateway_servers", .help = "Servers that have answered, by set and state."};
  for (const auto& [of, count] : counts) {
    servers.samples.push_back({{{"set", of.first}, {"state", of.second}}, static_cast<double>(count)});
  }
  std::vector<Gauge> gauges = {std::move(servers)};
  if (tunnels_) {
    gauges.push_back({.name = "gateway_tunnels", .help = "Tunnels that are open."});
    gauges.back().samples.push_back({{}, static_cast<double>(tunnels_->count())});
  }
  if (services_.audit) {
    gauges.push_back({.name = "gateway_audit_lines_dropped", .help = "Lines that the audit log could not keep."});
    gauges.back().samples.push_back({{}, static_cast<double>(services_.audit->dropped())});
  }
  return gauges;
}

std::string Gateway::StatusUrl() const {
  if (!http_) return {};
  return (http_config_.tls.certificate_file.empty() ? "http://" : "https://") +
         HostPortText(http_config_.host, http_->port()) + "/";
}

Status Gateway::Reload(std::shared_ptr<const GatewayConfig> config) {
  Result<Certificates> certificates = ReadCertificates(*config);
  if (!certificates) return certificates.status();
  if (Status status = MakeServices(*config); !status) return status;
  if (config->listen.host != config_->listen.host || config->listen.port != config_->listen.port ||
      config->listen.threads != config_->listen.threads) {
    log::Warn("listen.address and listen.threads take effect at the next start");
  }
  if (config->state_file != config_->state_file) log::Warn("state.file takes effect at the next start");
  if (!SameListener(config->http, http_config_)) {
    log::Warn("http.enabled, http.address and whether there is an [http.tls] take effect at the next start");
  }
  services_.control.Configure(config);
  config_ = std::move(config);
  Use(*certificates);
  return Status::Ok();
}

void Gateway::Refresh() {
  services_.authenticator.load()->Refresh();
  const int64_t changed = CertificateTime(*config_);
  if (changed == certificate_time_) return;
  certificate_time_ = changed;
  Result<Certificates> certificates = ReadCertificates(*config_);
  if (!certificates) {
    log::Error("the renewed certificate is not used: {}", certificates.error());
    return;
  }
  Use(*certificates);
  log::Info("the certificate was read again");
}

void Gateway::Use(const Certificates& certificates) {
  for (const auto& loop : loops_) loop->SetTls(certificates.listen);
  if (http_ && SameListener(config_->http, http_config_)) http_->SetTls(certificates.http);
  certificate_time_ = CertificateTime(*config_);
}

void Gateway::Stop() {
  if (!std::exchange(started_, false)) return;
  // A client whose query ends asks for more (its schema, its release): it is served until nobody has called for a
  // moment.
  const auto deadline = std::chrono::steady_clock::now() + config_->drain;
  const auto running = [&] {
    return std::any_of(loops_.begin(), loops_.end(), [](const auto& loop) { return loop->running() > 0; });
  };
  auto last_running = running() ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point{};
  while (std::chrono::steady_clock::now() < std::min(deadline, last_running + kQuiet)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (running()) last_running = std::chrono::steady_clock::now();
  }
  for (const auto& loop : loops_) loop->Drain();
  if (http_) http_->Stop();  // not before: calls may come through its tunnel
  for (const auto& loop : loops_) loop->Stop();
  services_.control.Stop();
  http_.reset();  // control still told it how calls of its own ended
  services_.audit.reset();
}

}  // namespace firesteel::gateway
