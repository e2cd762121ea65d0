#include "gateway/http/gateway_http.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include "gateway/sha256.h"
#include "gateway/testing/temporary_file.h"

namespace firesteel::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSession[] = "7d0e8fc5-6ad0-4f2c-9f0b-2d4a3f5b6c7d";
constexpr char kOthers[] = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";

/// The real HTTP port before a gateway that has no servers and two sessions that wait for one.
class GatewayHttpTest : public ::testing::Test {
 protected:
  void Start(bool anonymous) {
    auto config = std::make_shared<GatewayConfig>();
    config->auth.anonymous = anonymous;
    config->auth.tokens = {{.name = "ann", .sha256 = Sha256Hex("ann's"), .user = "ann"},
                           {.name = "root", .sha256 = Sha256Hex("root's"), .user = "root", .operator_rights = true}};
    config->environments = {{.name = "test", .servers = {{.servers = "spark"}}}};
    config->servers = {{.name = "spark", .addresses = {"127.0.0.1:1"}}};
    config->routing.default_environment = "test";
    config->http.port = 0;
    config->audit_file = audit_.path();
    services_ = std::make_unique<Services>(config, SystemClock::Instance());
    services_->authenticator.store(std::make_shared<Authenticator>(config->auth, SystemClock::Instance()));
    services_->audit = std::move(AuditLog::Open(config->audit_file, SystemClock::Instance())).value();
    for (const auto& [user, session] : {std::pair("ann", kSession), std::pair("bob", kOthers)}) {
      Call call;
      call.method = Method::kConfig;
      call.identity = std::make_shared<Identity>(Identity{.method = Identity::Method::kToken, .user = user});
      call.fields.session_id = session;
      call.fields.config_operation = RequestFields::ConfigOperation::kSet;
      call.fields.config_pairs = {{"k", "v"}};
      ASSERT_EQ(services_->control.OnCall(call).kind, Decision::Kind::kConfigKept);
    }
    http_ = std::make_unique<GatewayHttp>(*services_, config->http, nullptr, 15002);
    ASSERT_TRUE(http_->Start());
    client_ = std::make_unique<httplib::Client>("127.0.0.1", http_->port());
  }

  static httplib::Headers As(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }
  static httplib::Headers AsBrowser(const std::string& token) {
    return {httplib::make_basic_authentication_header("me", token)};
  }
  int Get(const std::string& path, const httplib::Headers& headers = {}) {
    return client_->Get(path.c_str(), headers)->status;
  }
  int End(const std::string& user, const std::string& form, const httplib::Headers& headers) {
    const std::string path = std::string("/sessions/") + (user == "ann" ? kSession : kOthers) + "/end";
    return client_->Post(path.c_str(), headers, "user=" + user + form, "application/x-www-form-urlencoded")->status;
  }
  std::string FormTokenOf(const httplib::Headers& headers) {
    const std::string page = client_->Get("/", headers)->body;
    const size_t begin = page.find("name=\"token\" value=\"");
    return begin == std::string::npos ? "" : page.substr(begin + 20, 64);
  }
  size_t Sessions() {
    size_t live = 0;
    for (const SessionView& session : services_->control.Sessions()) live += session.state == "draft";
    return live;
  }

  testing::TemporaryFile audit_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<GatewayHttp> http_;
  std::unique_ptr<httplib::Client> client_;
};

TEST_F(GatewayHttpTest, OpenPagesSayLittle) {
  Start(false);
  EXPECT_EQ(Get("/healthz"), 200);
  EXPECT_EQ(Get("/readyz"), 503);
  EXPECT_THAT(client_->Get("/metrics")->body, HasSubstr("# TYPE"));
  EXPECT_EQ(Get("/metrics", {{"Host", "evil.example"}}), 401);
  EXPECT_EQ(Get("/metrics", {{"Host", "evil.example"}, {"Authorization", "Bearer ann's"}}), 200);
}

TEST_F(GatewayHttpTest, PagesNeedAProvenCaller) {
  Start(false);
  for (const std::string path :
       {"/", "/status.json", "/sessions/x", "/api/v1/sessions/x", "/api/v1/applications", "/api/v1/applications/x"}) {
    EXPECT_EQ(Get(path), 401) << path;
    EXPECT_EQ(Get(path, As("wrong")), 401) << path;
  }
  EXPECT_THAT(client_->Get("/")->get_header_value("WWW-Authenticate"), HasSubstr("Basic"));
  EXPECT_EQ(Get("/", As("ann's")), 200);
  EXPECT_EQ(Get("/", AsBrowser("ann's")), 200);
}

TEST_F(GatewayHttpTest, ShowsOwnSessionsAndAllToOperators) {
  Start(false);
  const std::string anns = client_->Get("/", As("ann's"))->body;
  EXPECT_THAT(anns, HasSubstr(kSession));
  EXPECT_THAT(anns, Not(HasSubstr(kOthers)));
  EXPECT_THAT(client_->Get("/", As("root's"))->body, HasSubstr(kOthers));
  EXPECT_EQ(Json::parse(client_->Get("/status.json", As("ann's"))->body)["sessions"].size(), 1u);
  EXPECT_EQ(Json::parse(client_->Get("/status.json", As("root's"))->body)["sessions"].size(), 2u);
  EXPECT_EQ(Json::parse(client_->Get("/status.json?search=BOB", As("root's"))->body)["sessions"].size(), 1u);
  const std::string others = std::string("/api/v1/sessions/") + kOthers;
  EXPECT_EQ(Get(others, As("ann's")), 404);
  const Json found = Json::parse(client_->Get(others.c_str(), As("root's"))->body);
  EXPECT_EQ(found["user"], "bob");
  EXPECT_EQ(found["status_url"], fmt::format("http://127.0.0.1:{}/sessions/{}", http_->port(), kOthers));
  EXPECT_EQ(Get(std::string("/sessions/") + kOthers, As("root's")), 200);
  EXPECT_EQ(Get(std::string("/sessions/") + kOthers, As("ann's")), 404);
}

TEST_F(GatewayHttpTest, ButtonsAreForOperatorsOnTheirOwnPage) {
  Start(false);
  const httplib::Headers root = AsBrowser("root's");
  const std::string token = "&token=" + FormTokenOf(root);
  ASSERT_EQ(token.size(), 7u + 64u);
  EXPECT_EQ(FormTokenOf(AsBrowser("ann's")), "");
  EXPECT_EQ(End("ann", token, AsBrowser("ann's")), 403);
  EXPECT_EQ(End("ann", "", root), 403);
  EXPECT_EQ(End("ann", token, {}), 401);
  httplib::Headers foreign = root;
  foreign.emplace("Origin", "https://evil.example");
  EXPECT_EQ(End("ann", token, foreign), 403);
  foreign = root;
  foreign.emplace("Sec-Fetch-Site", "cross-site");
  EXPECT_EQ(End("ann", token, foreign), 403);
  EXPECT_EQ(Get(std::string("/sessions/") + kSession + "/end", root), 405);
  EXPECT_EQ(Sessions(), 2u);
  EXPECT_EQ(End("ann", token, root), 303);
  EXPECT_EQ(Sessions(), 1u);
  EXPECT_EQ(End("bob", "", As("root's")), 303) << "programs need no form";
  EXPECT_EQ(Sessions(), 0u);
  EXPECT_EQ(client_->Post("/servers/1/drain", root, token, "application/x-www-form-urlencoded")->status, 404);
  http_->Stop();
  services_->audit.reset();
  EXPECT_THAT(audit_.Read(), HasSubstr("\"rpc\":\"EndSession\""));
  EXPECT_THAT(audit_.Read(), HasSubstr("PERMISSION_DENIED"));
}

TEST_F(GatewayHttpTest, AnonymousIsOperatorOfThisMachine) {
  Start(true);
  EXPECT_THAT(client_->Get("/")->body, HasSubstr(kOthers));
  EXPECT_EQ(Get("/", {{"Host", "evil.example"}}), 403);
  EXPECT_EQ(End("bob", "", {}), 403);
  EXPECT_EQ(End("bob", "&token=" + FormTokenOf({}), {}), 303);
  EXPECT_EQ(Sessions(), 1u);
}

TEST_F(GatewayHttpTest, ApplicationsOverRest) {
  Start(false);
  const auto post = [&](const std::string& body, httplib::Headers headers) {
    return client_->Post("/api/v1/applications", headers, body, "application/json");
  };
  EXPECT_EQ(post(R"({"name": "n"})", {})->status, 401);
  EXPECT_EQ(post(R"({"name": ""})", As("ann's"))->status, 400);
  const auto unknown = post(R"({"name": "n", "environment": "none"})", As("ann's"));
  EXPECT_EQ(unknown->status, 400);
  EXPECT_THAT(unknown->body, HasSubstr("none"));
  httplib::Headers foreign = As("ann's");
  foreign.emplace("Origin", "https://evil.example");
  EXPECT_EQ(post(R"({"name": "n"})", foreign)->status, 403);

  const auto started = post(R"({"name": "n", "team": "fraud", "config": {"a": 1}})", As("ann's"));
  ASSERT_EQ(started->status, 202) << started->body;
  const Json application = Json::parse(started->body);
  EXPECT_EQ(application["state"], "STARTING");
  EXPECT_EQ(application["team"], "fraud");
  EXPECT_EQ(application["connect"], "sc://localhost:15002/;session_id=" + application["session_id"].get<std::string>() +
                                        ";x-team=fraud;x-environment=test");
  const std::string path = started->get_header_value("Location");
  EXPECT_EQ(path, "/api/v1/applications/" + application["id"].get<std::string>());
  EXPECT_EQ(Get(path, As("ann's")), 200);
  EXPECT_EQ(Get(path, As("root's")), 200);
  EXPECT_EQ(Json::parse(client_->Get("/api/v1/applications", As("ann's"))->body)["applications"].size(), 1u);
  EXPECT_EQ(Json::parse(client_->Get("/api/v1/applications", As("root's"))->body)["applications"].size(), 0u);
  EXPECT_EQ(Sessions(), 3u);
  EXPECT_EQ(Json::parse(client_->Delete(path.c_str(), As("ann's"))->body)["state"], "ENDED");
  EXPECT_EQ(Sessions(), 2u);
  EXPECT_EQ(client_->Delete("/api/v1/applications/none", As("ann's"))->status, 404);
}

}  // namespace
}  // namespace firesteel::gateway
