#include "gateway/config/text_values.h"

#include <gtest/gtest.h>

#include <map>

namespace firesteel::gateway {
namespace {

TEST(TextValues, Durations) {
  EXPECT_EQ(ParseDuration("250ms"), Milliseconds(250));
  EXPECT_EQ(ParseDuration("30s"), Milliseconds(30'000));
  EXPECT_EQ(ParseDuration("5m"), Milliseconds(300'000));
  EXPECT_EQ(ParseDuration("4h"), Milliseconds(14'400'000));
  EXPECT_EQ(ParseDuration("1d"), Milliseconds(86'400'000));
  for (const char* text :
       {"", "s", "30", "-3s", "+3s", "3 s", "1h30m", "3S", "1.5h", "3651d", "99999999999999999999ms"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
  for (const char* text : {"0s", "250ms", "90s", "5m", "4h", "2d"}) EXPECT_EQ(DurationText(*ParseDuration(text)), text);
}

TEST(TextValues, Addresses) {
  const auto address = ParseHostPort("spark-1.acme:15002");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "spark-1.acme");
  EXPECT_EQ(address->port, 15002);
  const auto six = ParseHostPort("[::1]:80");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "::1");
  EXPECT_EQ(HostPortText(six->host, six->port), "[::1]:80");
  for (const char* text : {"", "host", "host:", ":80", "::1:80", "[::1]", "[x]:80", "host:65536", "host:-1",
                           "http://a:80", "a b:80", "host:8 0"}) {
    EXPECT_FALSE(ParseHostPort(text)) << text;
  }
}

TEST(TextValues, Loopback) {
  for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.8.8.8", "::1"}) EXPECT_TRUE(IsLoopback(host));
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "localhost.evil.com", "127.0.0.1.evil.com", ""}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

TEST(TextValues, Variables) {
  const VariableLookup variables = [](const std::string& name) {
    return name == "HOST" ? std::optional<std::string>("h${X}") : std::nullopt;
  };
  const auto expanded = [&](std::string_view text) { return ExpandVariables(text, variables).value_or("error"); };
  EXPECT_EQ(expanded("none"), "none");
  EXPECT_EQ(expanded("a-${HOST}-${HOST}"), "a-h${X}-h${X}");  // what a variable holds is not read again
  EXPECT_EQ(expanded("$${HOST} $HOST $"), "${HOST} $HOST $");
  EXPECT_EQ(expanded("${HOST"), "error");
  EXPECT_EQ(expanded("${}"), "error");
  EXPECT_EQ(expanded("${A-B}"), "error");
  EXPECT_EQ(ExpandVariables("${NONE}", variables).error(), "names ${NONE}, but the environment has no such variable");
}

TEST(TextValues, NearestName) {
  const std::vector<std::string> known = {"address", "threads", "tls"};
  EXPECT_EQ(NearestName("adress", known), "address");
  EXPECT_EQ(NearestName("threadS", known), "threads");
  EXPECT_EQ(NearestName("tsl", known), "tls");
  EXPECT_EQ(NearestName("certificate", known), "");
}

}  // namespace
}  // namespace firesteel::gateway
