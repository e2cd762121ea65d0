#include "gateway/http/gateway_http.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/http/status_json.h"

namespace firesteel::gateway {
namespace {

constexpr char kHtml[] = "text/html; charset=utf-8";
constexpr char kJson[] = "application/json";
constexpr char kMetrics[] = "text/plain; version=0.0.4";
constexpr auto kApplicationTick = std::chrono::milliseconds(200);

HttpResponse Page(std::string html) { return {.content_type = kHtml, .body = std::move(html)}; }

HttpResponse JsonResponse(const Json& json, int status = 200) {
  return {.status = status, .content_type = kJson, .body = JsonLine(json)};
}

/// To the page that the button was on: what it did shows there.
HttpResponse BackToOverview() { return {.status = 303, .headers = {{"Location", "/"}}}; }

Refusal NoSuch(std::string message) { return {.code = Code::kNotFound, .message = std::move(message)}; }

}  // namespace

GatewayHttp::GatewayHttp(Services& services, const HttpConfig& config, TlsContext tls, uint16_t grpc_port)
    : services_(services),
      grpc_port_(grpc_port),
      access_([&services](const Credentials& shown) { return services.authenticator.load()->Authenticate(shown); },
              config.host),
      server_({.host = config.host, .port = config.port}, std::move(tls)),
      applications_(*this, services.clock) {
  RouteOpenPages();
  RoutePages();
  RouteButtons();
  RouteSessions();
  RouteApplications();
  server_.Every(kApplicationTick, [this] { applications_.Tick(); });
}

GatewayHttp::~GatewayHttp() { Stop(); }

HttpServer::Handler GatewayHttp::Proven(bool json, ProvenHandler handler) const {
  return [this, json, handler = std::move(handler)](const HttpRequest& request) {
    HttpAccess::Proof proof = access_.Prove(request);
    if (const auto* refusal = std::get_if<Refusal>(&proof)) return RefusalResponse(*refusal, json);
    return handler(request, std::get<0>(proof));
  };
}

HttpServer::Handler GatewayHttp::Button(std::string action, ProvenHandler handler) {
  return Proven(false, [this, action = std::move(action), handler = std::move(handler)](const HttpRequest& request,
                                                                                        const IdentityPtr& identity) {
    HttpResponse response;
    if (!access_.IsOperator(*identity)) {
      response = RefusalResponse({.code = Code::kPermissionDenied, .message = "Only operators may do this."}, false);
    } else if (const auto refusal = access_.CheckForm(request, *identity)) {
      response = RefusalResponse(*refusal, false);
    } else {
      response = handler(request, identity);
    }
    Audit(request, *identity, action, response);
    return response;
  });
}

HttpServer::Handler GatewayHttp::Change(std::string action, ProvenHandler handler) {
  return Proven(true, [this, action = std::move(action), handler = std::move(handler)](const HttpRequest& request,
                                                                                       const IdentityPtr& identity) {
    HttpResponse response = IsSameOrigin(request)
                                ? handler(request, identity)
                                : RefusalResponse({.code = Code::kPermissionDenied,
                                                   .message = "This request was sent by a page of another site."},
                                                  true);
    Audit(request, *identity, action, response);
    return response;
  });
}

void GatewayHttp::Audit(const HttpRequest& request, const Identity& identity, const std::string& action,
                        const HttpResponse& response) {
  if (!services_.audit) return;
  AuditEntry entry;
  entry.time_micros = services_.clock.NowMicros();
  entry.user = identity.user;
  entry.method = identity.method;
  entry.credential = identity.credential;
  entry.rpc = action;
  const std::string about = request.parameters.empty() ? std::string() : request.parameters.front();
  if (request.path.starts_with("/servers/")) {
    if (const ServerEntryPtr server = ServerOf(request)) entry.server = server->Text();
  } else if (request.path.starts_with("/sessions/")) {
    entry.session = about;
  } else {
    entry.operation = about;
  }
  entry.code = CodeOfStatus(response.status);
  entry.bytes_in = request.body.size();
  entry.bytes_out = response.body.size();
  entry.remote = request.peer->address;
  if (response.status >= 400) entry.reason = response.body.substr(0, response.body.find('\n'));
  services_.audit->Write(std::move(entry));
}

GatewayState GatewayHttp::State() const { return TakeState(services_.control, true); }

GatewayView GatewayHttp::View(const Identity& identity, const std::string& search) {
  GatewayView view = MakeView(*services_.control.config(), State(), services_.clock);
  view.sessions = SelectSessions(std::move(view.sessions), access_.IsOperator(identity), identity.user, search);
  return view;
}

PageReader GatewayHttp::Reader(const Identity& identity) const {
  return {identity.user, access_.IsOperator(identity), access_.FormToken(identity)};
}

std::vector<SessionRow> GatewayHttp::SessionsOfId(const std::string& id, const Identity& identity) {
  std::vector<SessionRow> sessions = View(identity, {}).sessions;
  std::erase_if(sessions, [&](const SessionRow& row) { return row.id != id; });
  return sessions;
}

void GatewayHttp::RouteOpenPages() {
  server_.Route("GET", "/healthz", [](const HttpRequest&) { return TextResponse(200, "ok"); });
  server_.Route("GET", "/readyz", [this](const HttpRequest&) {
    return IsAnyServerReady(TakeState(services_.control, false)) ? TextResponse(200, "ok")
                                                                 : TextResponse(503, "no server is ready");
  });
  server_.Route("GET", "/style.css",
                [](const HttpRequest&) { return HttpResponse{.content_type = "text/css", .body = PageStyle()}; });
  server_.Route("GET", "/metrics", [this](const HttpRequest& request) {
    if (!access_.IsLocal(request)) {
      const HttpAccess::Proof proof = access_.Prove(request);
      if (const auto* refusal = std::get_if<Refusal>(&proof)) return RefusalResponse(*refusal, false);
    }
    return HttpResponse{.content_type = kMetrics, .body = services_.metrics.Text()};
  });
}

void GatewayHttp::RoutePages() {
  server_.Route("GET", "/", Proven(false, [this](const HttpRequest& request, const IdentityPtr& identity) {
                  const std::string search = request.QueryValue("search");
                  return Page(StatusPage(View(*identity, search), Reader(*identity), search));
                }));
  server_.Route("GET", "/status.json", Proven(true, [this](const HttpRequest& request, const IdentityPtr& identity) {
                  return JsonResponse(StatusJson(View(*identity, request.QueryValue("search"))));
                }));
  server_.Route("GET", "/sessions/{}", Proven(false, [this](const HttpRequest& request, const IdentityPtr& identity) {
                  const auto sessions = SessionsOfId(request.parameters[0], *identity);
                  if (sessions.empty()) return TextResponse(404, "There is no such session, or it ended long ago.");
                  return Page(SessionPage(sessions, services_.clock.NowMicros(), Reader(*identity)));
                }));
}

ServerEntryPtr GatewayHttp::ServerOf(const HttpRequest& request) const {
  const std::string& text = request.parameters.at(0);
  ServerId id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return nullptr;
  return services_.control.Server(id);
}

void GatewayHttp::RouteButtons() {
  for (const bool drain : {true, false}) {
    server_.Route(
        "POST", drain ? "/servers/{}/drain" : "/servers/{}/undrain",
        Button(drain ? "DrainServer" : "UndrainServer", [this, drain](const HttpRequest& request, const IdentityPtr&) {
          const ServerEntryPtr server = ServerOf(request);
          if (!server) return TextResponse(404, "There is no such server any more.");
          services_.control.Drain(server->id, drain);
          return BackToOverview();
        }));
  }
  server_.Route("POST", "/sessions/{}/end",
                Button("EndSession", [this](const HttpRequest& request, const IdentityPtr&) {
                  const auto form = ParseForm(request.body);
                  const auto user = form.find("user");
                  const std::string name = user == form.end() ? std::string() : user->second;
                  // One that has ended meanwhile is as good as ended.
                  services_.control.EndSession(name, request.parameters[0]);
                  return BackToOverview();
                }));
}

void GatewayHttp::RouteSessions() {
  server_.Route("GET", "/api/v1/sessions/{}",
                Proven(true, [this](const HttpRequest& request, const IdentityPtr& identity) {
                  const auto sessions = SessionsOfId(request.parameters[0], *identity);
                  if (sessions.empty()) {
                    return RefusalResponse(NoSuch("There is no such session, or it ended long ago."), true);
                  }
                  Json json = SessionJson(sessions.front());
                  json["status_url"] =
                      SessionUrl(sessions.front().id, AddressFor(request, *services_.control.config(), grpc_port_));
                  return JsonResponse(json);
                }));
}

Json GatewayHttp::ApplicationJson(const Application& a, const HttpRequest& request) const {
  const std::shared_ptr<const GatewayConfig> config = services_.control.config();
  const PublicAddress address = AddressFor(request, *config, grpc_port_);
  const ServerEntryPtr server = services_.control.Server(a.server);
  return {{"id", a.id},
          {"name", a.name},
          {"state", StateText(a.state)},
          {"reason", a.reason},
          {"session_id", a.session_id},
          {"user", a.user},
          {"team", a.route.team},
          {"environment", a.route.environment},
          {"server", server ? Json(server->Text()) : Json(nullptr)},
          {"created", IsoTime(a.created_micros)},
          {"connect", ConnectString(a, address, config->routing.header_prefix)},
          {"status_url", SessionUrl(a.session_id, address)}};
}

HttpResponse GatewayHttp::StartApplication(const HttpRequest& request, const IdentityPtr& identity) {
  auto parsed = ParseApplicationRequest(request);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return RefusalResponse(*refusal, true);
  auto started = applications_.Start(identity, std::get<ApplicationRequest>(std::move(parsed)));
  if (const auto* refusal = std::get_if<Refusal>(&started)) return RefusalResponse(*refusal, true);
  const auto& application = std::get<Application>(started);
  HttpResponse response = JsonResponse(ApplicationJson(application, request), 202);
  response.headers.emplace_back("Location", "/api/v1/applications/" + application.id);
  return response;
}

void GatewayHttp::RouteApplications() {
  const Refusal unknown = NoSuch("There is no such application, or it ended long ago.");
  server_.Route("POST", "/api/v1/applications",
                Change("StartApplication", [this](const HttpRequest& request, const IdentityPtr& identity) {
                  return StartApplication(request, identity);
                }));
  server_.Route("GET", "/api/v1/applications",
                Proven(true, [this](const HttpRequest& request, const IdentityPtr& identity) {
                  Json list = Json::array();
                  for (const Application& each : applications_.List(*identity)) {
                    list.push_back(ApplicationJson(each, request));
                  }
                  return JsonResponse({{"applications", std::move(list)}});
                }));
  server_.Route("GET", "/api/v1/applications/{}",
                Proven(true, [this, unknown](const HttpRequest& request, const IdentityPtr& identity) {
                  const Application* found =
                      applications_.Find(request.parameters[0], *identity, access_.IsOperator(*identity));
                  return found ? JsonResponse(ApplicationJson(*found, request)) : RefusalResponse(unknown, true);
                }));
  server_.Route(
      "DELETE", "/api/v1/applications/{}",
      Change("EndApplication", [this, unknown](const HttpRequest& request, const IdentityPtr& identity) {
        const bool everybody = access_.IsOperator(*identity);
        if (!applications_.End(request.parameters[0], *identity, everybody)) {
          return RefusalResponse(unknown, true);
        }
        return JsonResponse(ApplicationJson(*applications_.Find(request.parameters[0], *identity, everybody), request));
      }));
}

void GatewayHttp::Open(const Decision& decision, const std::string& session_id, const ConfigPairs& config,
                       std::function<void(std::optional<Refusal>)> done) {
  services_.control.Open(decision, session_id, config,
                         [this, done = std::move(done)](const std::optional<Refusal>& refusal) {
                           server_.Post([done, refusal] { done(refusal); });
                         });
}

void GatewayHttp::EndSession(const std::string& user, const std::string& session_id) {
  services_.control.EndSession(user, session_id);
}

}  // namespace firesteel::gateway
