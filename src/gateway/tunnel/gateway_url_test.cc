#include "gateway/tunnel/gateway_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::gateway {
namespace {

using ::testing::HasSubstr;

std::string Again(const std::string& text) {
  const Result<GatewayUrl> url = ParseGatewayUrl(text);
  return url ? url->Text() : url.error();
}

TEST(GatewayUrl, Parts) {
  const Result<GatewayUrl> url = ParseGatewayUrl("wss://spark.example.com:8443/team/tunnel?x=1");
  ASSERT_TRUE(url.ok());
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "spark.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/team/tunnel?x=1");
  EXPECT_EQ(url->Authority(), "spark.example.com:8443");
}

TEST(GatewayUrl, HasDefaults) {
  EXPECT_EQ(Again("wss://spark.example.com"), "wss://spark.example.com/tunnel");
  EXPECT_EQ(Again("wss://spark.example.com:443/"), "wss://spark.example.com/tunnel");
  EXPECT_EQ(Again("ws://localhost"), "ws://localhost/tunnel");
  EXPECT_EQ(Again("ws://localhost:443"), "ws://localhost:443/tunnel");
}

TEST(GatewayUrl, AddressesOfVersion6) {
  const Result<GatewayUrl> url = ParseGatewayUrl("wss://[2001:db8::1]");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->Authority(), "[2001:db8::1]");
  EXPECT_EQ(Again("ws://[::1]:15080"), "ws://[::1]:15080/tunnel");
}

TEST(GatewayUrl, RefusesWhatAnyoneCouldRead) {
  EXPECT_THAT(Again("ws://spark.example.com"), HasSubstr("unprotected"));
  EXPECT_THAT(Again("ws://10.0.0.1:15080/tunnel"), HasSubstr("unprotected"));
}

TEST(GatewayUrl, SaysWhatIsWrong) {
  EXPECT_THAT(Again("https://spark.example.com"), HasSubstr("write wss://"));
  EXPECT_THAT(Again("spark.example.com"), HasSubstr("write wss://"));
  EXPECT_THAT(Again("wss://"), HasSubstr("has no host"));
  EXPECT_THAT(Again("wss://host:0"), HasSubstr("has no host, or a port"));
  EXPECT_THAT(Again("wss://host:99999"), HasSubstr("has no host, or a port"));
  EXPECT_THAT(Again("wss://user@host"), HasSubstr("--token-file"));
  EXPECT_THAT(Again("wss://host/a\r\nb"), HasSubstr("path"));
  EXPECT_THAT(Again("wss://host?x"), HasSubstr("path"));
  EXPECT_THAT(Again("wss://host/a#b"), HasSubstr("fragment"));
}

}  // namespace
}  // namespace firesteel::gateway
