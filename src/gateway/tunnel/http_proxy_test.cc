#include "gateway/tunnel/http_proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace firesteel::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// "host:port authorization", "none", or the error.
std::string Found(const std::map<std::string, std::string>& variables, const std::string& host = "spark.example.com",
                  bool tls = true) {
  const auto found = ProxyTo({.tls = tls, .host = host, .port = 443, .path = "/tunnel"},
                             [&](const std::string& name) -> std::optional<std::string> {
                               const auto variable = variables.find(name);
                               if (variable == variables.end()) return std::nullopt;
                               return variable->second;
                             });
  if (!found) return found.error();
  if (!*found) return "none";
  return (*found)->Text() + " " + (*found)->authorization;
}

TEST(HttpProxy, IsNamedByVariables) {
  EXPECT_EQ(Found({}), "none");
  EXPECT_EQ(Found({{"HTTPS_PROXY", "http://proxy.example.com:3128"}}), "proxy.example.com:3128 ");
  EXPECT_EQ(Found({{"HTTPS_PROXY", "proxy.example.com:3128/"}}), "proxy.example.com:3128 ");
  EXPECT_EQ(Found({{"HTTPS_PROXY", "http://proxy.example.com"}}), "proxy.example.com:80 ");
  EXPECT_EQ(Found({{"ALL_PROXY", "http://[::1]:3128"}}), "[::1]:3128 ");
  EXPECT_EQ(Found({{"https_proxy", "a:1"}, {"HTTPS_PROXY", "b:2"}}), "a:1 ");
  EXPECT_EQ(Found({{"https_proxy", ""}, {"HTTPS_PROXY", "b:2"}}), "b:2 ");
  EXPECT_EQ(Found({{"HTTP_PROXY", "a:1"}, {"http_proxy", "a:1"}}), "none");
}

TEST(HttpProxy, HasCredentials) {
  EXPECT_EQ(Found({{"HTTPS_PROXY", "http://user:p%40ss@proxy:3128"}}), "proxy:3128 Basic dXNlcjpwQHNz");
  EXPECT_EQ(Found({{"HTTPS_PROXY", "http://user@proxy:3128"}}), "proxy:3128 Basic dXNlcjo=");
}

TEST(HttpProxy, IsNotAskedForSomeHosts) {
  const auto with = [](const std::string& no_proxy, const std::string& host) {
    return Found({{"HTTPS_PROXY", "a:1"}, {"NO_PROXY", no_proxy}}, host);
  };
  EXPECT_EQ(with("*", "spark.example.com"), "none");
  EXPECT_EQ(with("example.com", "spark.example.com"), "none");
  EXPECT_EQ(with(".example.com", "spark.example.com"), "none");
  EXPECT_EQ(with("other.org, Spark.EXAMPLE.com", "spark.example.com"), "none");
  EXPECT_EQ(with("spark.example.com:443", "spark.example.com"), "none");
  EXPECT_EQ(with("[2001:db8::1]", "2001:db8::1"), "none");
  EXPECT_EQ(with("spark.example.com:8443", "spark.example.com"), "a:1 ");
  EXPECT_EQ(with("ample.com", "spark.example.com"), "a:1 ");
  EXPECT_EQ(with("", "spark.example.com"), "a:1 ");
}

TEST(HttpProxy, IsNotAskedForThisMachine) {
  EXPECT_EQ(Found({{"HTTPS_PROXY", "a:1"}}, "localhost"), "none");
  EXPECT_EQ(Found({{"HTTPS_PROXY", "a:1"}}, "localhost", false), "none");
}

TEST(HttpProxy, ErrorsTellNoPassword) {
  for (const std::string wrong :
       {"http://user:secret@host:port", "http://user:secret%4@host:1", "http://user:secret@"}) {
    const std::string error = Found({{"HTTPS_PROXY", wrong}});
    EXPECT_THAT(error, HasSubstr("HTTPS_PROXY is not http://"));
    EXPECT_THAT(error, Not(HasSubstr("secret")));
  }
  EXPECT_THAT(Found({{"ALL_PROXY", "socks5://user:secret@host:1"}}),
              HasSubstr("ALL_PROXY names a proxy that is not http"));
}

}  // namespace
}  // namespace firesteel::gateway
