#include "gateway/tunnel/tunnel_server.h"

#include <gtest/gtest.h>

namespace firesteel::gateway {
namespace {

HttpRequest Upgrade(std::vector<std::pair<std::string, std::string>> headers) {
  HttpRequest request;
  request.method = "GET";
  request.path = kTunnelPath;
  request.headers = std::move(headers);
  request.peer = std::make_shared<Peer>(Peer{.address = "10.0.0.7:4711", .encrypted = true});
  return request;
}

int StatusOf(const HttpRequest& request, Credentials* shown = nullptr, Code code = Code::kOk,
             TunnelRefusal* told = nullptr) {
  TunnelServer server(
      [&](const Credentials& credentials) -> std::variant<std::shared_ptr<const Identity>, Refusal> {
        if (shown) *shown = credentials;
        if (code != Code::kOk) return Refusal{.code = code, .message = "no"};
        return std::make_shared<const Identity>(Identity{.user = "ada"});
      },
      [](Socket, Peer) { FAIL(); },
      [told](const TunnelRefusal& refusal) {
        if (told) *told = refusal;
      });
  const std::optional<HttpResponse> refused = server.Check(request);
  return refused ? refused->status : 0;
}

TEST(TunnelServer, AsksWhoItIs) {
  Credentials shown;
  const HttpRequest request = Upgrade({{"sec-websocket-protocol", "other, firesteel.tunnel.v1"},
                                       {"authorization", "Bearer a"},
                                       {"authorization", "b"}});
  EXPECT_EQ(StatusOf(request, &shown), 0);
  EXPECT_EQ(shown.authorization, "Bearer a");
  EXPECT_EQ(shown.authorization_count, 2);
  EXPECT_TRUE(shown.encrypted);
  EXPECT_FALSE(shown.loopback);
}

TEST(TunnelServer, ShowsNoTokenWhereThereIsNone) {
  Credentials shown;
  StatusOf(Upgrade({}), &shown);
  EXPECT_FALSE(shown.authorization.has_value());
  EXPECT_EQ(shown.authorization_count, 0);
}

TEST(TunnelServer, RefusesWhoIsNotProven) {
  const HttpRequest request = Upgrade({{"sec-websocket-protocol", kTunnelProtocol}});
  EXPECT_EQ(StatusOf(request, nullptr, Code::kUnauthenticated), 401);
  EXPECT_EQ(StatusOf(request, nullptr, Code::kPermissionDenied), 403);
  EXPECT_EQ(StatusOf(request, nullptr, Code::kUnavailable), 503);
}

TEST(TunnelServer, RefusesBrowsers) {
  EXPECT_EQ(StatusOf(Upgrade({{"sec-websocket-protocol", kTunnelProtocol}, {"origin", "http://127.0.0.1:15080"}})),
            403);
}

TEST(TunnelServer, TellsWhomItRefused) {
  TunnelRefusal refusal;
  StatusOf(Upgrade({{"sec-websocket-protocol", kTunnelProtocol}}), nullptr, Code::kUnauthenticated, &refusal);
  EXPECT_EQ(refusal.identity, nullptr);
  EXPECT_EQ(refusal.remote, "10.0.0.7:4711");
  EXPECT_EQ(refusal.status, 401);
  EXPECT_EQ(refusal.reason, "no");
  StatusOf(Upgrade({}), nullptr, Code::kOk, &refusal);
  ASSERT_NE(refusal.identity, nullptr);
  EXPECT_EQ(refusal.identity->user, "ada");
  EXPECT_EQ(refusal.status, 400);
}

TEST(TunnelServer, RefusesOtherProtocols) {
  EXPECT_EQ(StatusOf(Upgrade({})), 400);
  EXPECT_EQ(StatusOf(Upgrade({{"sec-websocket-protocol", "firesteel.tunnel.v2"}})), 400);
}

}  // namespace
}  // namespace firesteel::gateway
