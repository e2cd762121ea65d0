#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/http/applications.h"
#include "gateway/http/gateway_view.h"
#include "gateway/http/http_access.h"
#include "gateway/http/http_server.h"
#include "gateway/http/rest_calls.h"
#include "gateway/http/status_page.h"
#include "gateway/proxy/forwarding.h"

namespace firesteel::gateway {

/// The gateway's HTTP port. For people: `/`, `/sessions/ID`, POST `/servers/ID/drain` and `…/undrain`, POST
/// `/sessions/ID/end`. For programs: `/status.json`, `/metrics`, `/healthz`, `/readyz`, `/api/v1/sessions/ID`,
/// `/api/v1/applications[/ID]`. Routes of others are added to server() before Start.
class GatewayHttp final : private ApplicationHost {
 public:
  /// `tls`: of [http.tls]; null: plaintext. `grpc_port`: where clients connect. `services` outlive it.
  GatewayHttp(Services& services, const HttpConfig& config, TlsContext tls, uint16_t grpc_port);
  ~GatewayHttp() override;

  Status Start() { return server_.Start(); }
  /// After it nothing of this runs, though results may still come from control.
  void Stop() { server_.Stop(); }
  uint16_t port() const { return server_.port(); }
  void SetTls(TlsContext tls) { server_.SetTls(std::move(tls)); }

  HttpServer& server() { return server_; }
  const HttpAccess& access() const { return access_; }

 private:
  using IdentityPtr = std::shared_ptr<const Identity>;
  using ProvenHandler = std::function<HttpResponse(const HttpRequest&, const IdentityPtr&)>;

  void RouteOpenPages();
  void RoutePages();
  void RouteButtons();
  void RouteSessions();
  void RouteApplications();
  /// For proven callers only. `json`: how others are told.
  HttpServer::Handler Proven(bool json, ProvenHandler handler) const;
  /// The same for operators' forms; written to the audit log as `action`.
  HttpServer::Handler Button(std::string action, ProvenHandler handler);
  /// The same for REST calls that change something.
  HttpServer::Handler Change(std::string action, ProvenHandler handler);

  GatewayView View(const Identity& identity, const std::string& search);
  GatewayState State() const;
  PageReader Reader(const Identity& identity) const;
  std::vector<SessionRow> SessionsOfId(const std::string& id, const Identity& identity);
  ServerEntryPtr ServerOf(const HttpRequest& request) const;
  HttpResponse StartApplication(const HttpRequest& request, const IdentityPtr& identity);
  Json ApplicationJson(const Application& application, const HttpRequest& request) const;
  void Audit(const HttpRequest& request, const Identity& identity, const std::string& action,
             const HttpResponse& response);

  Decision Decide(const Call& call) override { return services_.control.OnCall(call); }
  void Open(const Decision& decision, const std::string& session_id, const ConfigPairs& config,
            std::function<void(std::optional<Refusal>)> done) override;
  void EndSession(const std::string& user, const std::string& session_id) override;
  std::vector<SessionView> Sessions() override { return services_.control.Sessions(); }

  Services& services_;
  const uint16_t grpc_port_;
  HttpAccess access_;
  HttpServer server_;
  Applications applications_;  ///< of the server's thread
};

}  // namespace firesteel::gateway
