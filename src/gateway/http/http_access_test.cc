#include "gateway/http/http_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace firesteel::gateway {
namespace {

using testing::HasSubstr;

/// Knows the tokens "ann" and "root" (an operator); lets others in without one where `anonymous`.
HttpAccess::Authenticate Doorman(bool anonymous) {
  return [anonymous](const Credentials& shown) -> HttpAccess::Proof {
    auto identity = std::make_shared<Identity>();
    if (shown.authorization_count == 0 && anonymous) return identity;
    if (shown.authorization_count == 1 &&
        (shown.authorization == "Bearer ann" || shown.authorization == "Bearer root")) {
      identity->method = Identity::Method::kToken;
      identity->user = shown.authorization->substr(7);
      identity->operator_rights = identity->user == "root";
      return identity;
    }
    return Refusal{.code = Code::kUnauthenticated, .message = "no"};
  };
}

HttpRequest Request(std::vector<std::pair<std::string, std::string>> headers, bool loopback = true) {
  HttpRequest request;
  request.method = "POST";
  request.headers = {{"host", "127.0.0.1:15080"}};
  for (auto& header : headers) request.headers.push_back(std::move(header));
  request.peer = std::make_shared<Peer>(Peer{"127.0.0.1:4711", "", false, loopback});
  return request;
}

HttpRequest ForHost(const std::string& host) {
  HttpRequest request = Request({});
  request.headers[0].second = host;
  return request;
}

Code CodeOf(const HttpAccess::Proof& proof) {
  const auto* refusal = std::get_if<Refusal>(&proof);
  return refusal ? refusal->code : Code::kOk;
}

TEST(HttpAccess, TakesTokensAsBearerOrPassword) {
  const HttpAccess access(Doorman(false), "10.0.0.7");
  const auto user = [&](const std::string& authorization) {
    const HttpAccess::Proof proof = access.Prove(Request({{"authorization", authorization}}));
    const auto* identity = std::get_if<std::shared_ptr<const Identity>>(&proof);
    return identity ? (*identity)->user : "nobody";
  };
  EXPECT_EQ(user("Bearer ann"), "ann");
  EXPECT_EQ(user("Basic " + Base64Text("anything:root")), "root");
  EXPECT_EQ(user("Basic " + Base64Text("root")), "nobody");
  EXPECT_EQ(user("Basic !!!!"), "nobody");
  EXPECT_EQ(user("Basic "), "nobody");
  EXPECT_EQ(CodeOf(access.Prove(Request({}))), Code::kUnauthenticated);
  EXPECT_EQ(CodeOf(access.Prove(Request({{"authorization", "Bearer ann"}, {"authorization", "Bearer root"}}))),
            Code::kUnauthenticated);
}

TEST(HttpAccess, LetsAnonymousInOnThisMachineOnly) {
  const HttpAccess local(Doorman(true), "127.0.0.1");
  const HttpAccess::Proof proof = local.Prove(Request({}));
  ASSERT_EQ(CodeOf(proof), Code::kOk);
  EXPECT_TRUE(local.IsOperator(*std::get<0>(proof)));
  EXPECT_EQ(CodeOf(local.Prove(Request({}, false))), Code::kUnauthenticated);
  const HttpAccess open(Doorman(true), "0.0.0.0");
  EXPECT_EQ(CodeOf(open.Prove(Request({}))), Code::kUnauthenticated);
  EXPECT_EQ(CodeOf(open.Prove(Request({{"authorization", "Bearer ann"}}))), Code::kOk);
}

TEST(HttpAccess, RefusesForeignNamesThatPointHere) {
  const HttpAccess access(Doorman(true), "localhost");
  for (const char* host : {"localhost:15080", "LOCALHOST", "127.0.0.1:15080", "[::1]:15080"}) {
    EXPECT_EQ(CodeOf(access.Prove(ForHost(host))), Code::kOk) << host;
    EXPECT_TRUE(access.IsLocal(ForHost(host))) << host;
  }
  for (const char* host : {"evil.example:15080", "localhost.evil.example", "", "127.0.0.1.evil.example"}) {
    EXPECT_EQ(CodeOf(access.Prove(ForHost(host))), Code::kPermissionDenied) << host;
    EXPECT_FALSE(access.IsLocal(ForHost(host))) << host;
  }
}

TEST(HttpAccess, OperatorsAreWhoHasTheRight) {
  const HttpAccess access(Doorman(false), "127.0.0.1");
  EXPECT_FALSE(access.IsOperator(*std::get<0>(access.Prove(Request({{"authorization", "Bearer ann"}})))));
  EXPECT_TRUE(access.IsOperator(*std::get<0>(access.Prove(Request({{"authorization", "Bearer root"}})))));
}

TEST(HttpAccess, RefusesRequestsOfOtherSites) {
  EXPECT_TRUE(IsSameOrigin(Request({})));
  EXPECT_TRUE(IsSameOrigin(Request({{"origin", "http://127.0.0.1:15080"}, {"sec-fetch-site", "same-origin"}})));
  EXPECT_TRUE(IsSameOrigin(Request({{"sec-fetch-site", "none"}})));
  EXPECT_FALSE(IsSameOrigin(Request({{"sec-fetch-site", "cross-site"}})));
  EXPECT_FALSE(IsSameOrigin(Request({{"sec-fetch-site", "same-site"}}))) << "another port of this machine";
  EXPECT_FALSE(IsSameOrigin(Request({{"origin", "http://evil.example"}})));
  EXPECT_FALSE(IsSameOrigin(Request({{"origin", "http://127.0.0.1:8080"}})));
  EXPECT_FALSE(IsSameOrigin(Request({{"origin", "null"}})));
  EXPECT_FALSE(IsSameOrigin(Request({{"origin", ""}})));
  EXPECT_FALSE(IsSameOrigin(Request({{"origin", "http://127.0.0.1:15080"}, {"origin", "http://evil.example"}})));
}

TEST(HttpAccess, FormsNeedTheTokenOfTheirUser) {
  const HttpAccess access(Doorman(false), "127.0.0.1");
  const Identity root{.method = Identity::Method::kToken, .user = "root", .operator_rights = true};
  const Identity ann{.method = Identity::Method::kToken, .user = "ann", .operator_rights = true};
  const auto check = [&](const std::string& body, std::vector<std::pair<std::string, std::string>> headers = {}) {
    HttpRequest request = Request(std::move(headers));
    request.body = body;
    return access.CheckForm(request, root);
  };
  const std::string good = "token=" + access.FormToken(root);
  EXPECT_FALSE(check(good));
  EXPECT_FALSE(check("user=x&" + good));
  EXPECT_TRUE(check("")) << "no token";
  EXPECT_TRUE(check(good + "0"));
  EXPECT_TRUE(check("token=" + access.FormToken(ann))) << "another user's";
  EXPECT_TRUE(check("token=" + HttpAccess(Doorman(false), "127.0.0.1").FormToken(root))) << "of another start";
  EXPECT_TRUE(check(good, {{"origin", "http://evil.example"}}));
  EXPECT_TRUE(check(good, {{"sec-fetch-site", "cross-site"}}));
  EXPECT_FALSE(check("", {{"authorization", "Bearer root"}})) << "no browser";
  EXPECT_TRUE(check("", {{"authorization", "Basic " + Base64Text("x:root")}})) << "browsers send it by themselves";
  EXPECT_TRUE(check("", {{"authorization", "Bearer root"}, {"origin", "http://evil.example"}}));
}

TEST(RefusalResponse, SpeaksHttp) {
  const HttpResponse page = RefusalResponse({.code = Code::kUnauthenticated, .message = "Who?"}, false);
  EXPECT_EQ(page.status, 401);
  EXPECT_EQ(page.body, "Who?\n");
  EXPECT_THAT(page.headers[0].second, HasSubstr("Basic"));
  const HttpResponse call = RefusalResponse(
      {.code = Code::kUnavailable, .message = "say \"no\"", .retry_after = std::chrono::milliseconds(1200)}, true);
  EXPECT_EQ(call.status, 503);
  EXPECT_EQ(call.body, "{\"error\":\"say \\\"no\\\"\"}\n");
  EXPECT_EQ(call.headers[0], std::make_pair(std::string("Retry-After"), std::string("2")));
}

}  // namespace
}  // namespace firesteel::gateway
