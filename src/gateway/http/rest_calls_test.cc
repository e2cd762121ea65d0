#include "gateway/http/rest_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

HttpRequest Post(const std::string& body, const std::string& type = "application/json; charset=utf-8") {
  HttpRequest request;
  request.headers = {{"host", "gw.example:15080"}, {"content-type", type}};
  request.body = body;
  request.peer = std::make_shared<Peer>();
  return request;
}

std::string FaultOf(const HttpRequest& request) {
  const auto parsed = ParseApplicationRequest(request);
  const auto* refusal = std::get_if<Refusal>(&parsed);
  if (!refusal) return "";
  EXPECT_EQ(refusal->code, Code::kInvalidArgument);
  return refusal->message;
}

TEST(ParseApplicationRequest, ReadsAllMembers) {
  const auto parsed = ParseApplicationRequest(
      Post(R"({"name": "n", "environment": "e", "team": "t", "user": "u", "config": {"a": "x", "b": 2, "c": true}})"));
  ASSERT_TRUE(std::holds_alternative<ApplicationRequest>(parsed));
  const auto& request = std::get<ApplicationRequest>(parsed);
  EXPECT_EQ(request.name, "n");
  EXPECT_EQ(request.environment, "e");
  EXPECT_EQ(request.team, "t");
  EXPECT_EQ(request.user, "u");
  EXPECT_THAT(request.config, ElementsAre(Pair("a", "x"), Pair("b", "2"), Pair("c", "true")));
}

TEST(ParseApplicationRequest, SaysWhatIsWrong) {
  EXPECT_EQ(FaultOf(Post(R"({"name": "n"})")), "");
  EXPECT_THAT(FaultOf(Post(R"({"name": "n"})", "text/plain")), HasSubstr("content-type"));
  EXPECT_THAT(FaultOf(Post("{")), HasSubstr("object of JSON"));
  EXPECT_THAT(FaultOf(Post("[1]")), HasSubstr("object of JSON"));
  EXPECT_THAT(FaultOf(Post(std::string(500'000, '['))), HasSubstr("object of JSON"));
  EXPECT_THAT(FaultOf(Post("{}")), HasSubstr("\"name\" is missing"));
  EXPECT_THAT(FaultOf(Post(R"({"name": 1})")), HasSubstr("\"name\" must be a text"));
  EXPECT_THAT(FaultOf(Post(R"({"name": "n", "envirnment": "e"})")), HasSubstr("does not know"));
  EXPECT_THAT(FaultOf(Post(R"({"name": "n", "config": []})")), HasSubstr("\"config\" must be an object"));
  EXPECT_THAT(FaultOf(Post(R"({"name": "n", "config": {"k": null}})")), HasSubstr("config.k must be"));
  EXPECT_THAT(FaultOf(Post(R"({"name": ")" + std::string(300, 'x') + "\"}")), HasSubstr("256 bytes"));
}

TEST(ConnectString, SaysHowToComeBack) {
  GatewayConfig config;
  config.listen.host = "0.0.0.0";
  Application application{.session_id = "5", .user = "a;b", .route = {.team = "t 1", .environment = "test"}};
  HttpRequest request = Post("");
  EXPECT_EQ(ConnectString(application, AddressFor(request, config, 4711), "x-acme-"),
            "sc://gw.example:4711/;session_id=5;x-acme-team=t%201;x-acme-environment=test");
  application.anonymous = true;
  config.listen.tls.certificate_file = "c";
  config.listen.host = "::1";
  EXPECT_EQ(ConnectString(application, AddressFor(request, config, 4711), "x-"),
            "sc://[::1]:4711/;session_id=5;use_ssl=true;user_id=a%3Bb;x-team=t%201;x-environment=test");
  EXPECT_EQ(SessionUrl("5", AddressFor(request, config, 1)), "http://gw.example:15080/sessions/5");
  request.headers.clear();
  request.peer = std::make_shared<Peer>(Peer{.encrypted = true});
  EXPECT_EQ(SessionUrl("5", AddressFor(request, config, 1)), "https://127.0.0.1:15080/sessions/5");
}

}  // namespace
}  // namespace firesteel::gateway
