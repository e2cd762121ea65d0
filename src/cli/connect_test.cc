#include "cli/connect.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string>
#include <vector>

namespace firesteel::cli {
namespace {

gateway::TunnelCommand Parse(const std::string& line) {
  CLI::App app;
  ConnectOptions options;
  DeclareConnect(app, options);
  app.parse("connect " + line);
  EXPECT_TRUE(IsConnect(options));
  return options.tunnel;
}

TEST(Connect, HasDefaults) {
  const gateway::TunnelCommand command = Parse("--gateway wss://spark.example.com");
  EXPECT_EQ(command.gateway, "wss://spark.example.com");
  EXPECT_EQ(command.host, "127.0.0.1");
  EXPECT_EQ(command.port, 15002);
  EXPECT_EQ(command.token.token, "");
  EXPECT_FALSE(command.wait);
}

TEST(Connect, TakesTheTokenOfSparksVariable) {
  ::setenv("SPARK_CONNECT_AUTHENTICATE_TOKEN", "from-variable", 1);
  const std::string of_variable = Parse("--gateway wss://a").token.token;
  const std::string of_option = Parse("--gateway wss://a --token from-option").token.token;
  ::unsetenv("SPARK_CONNECT_AUTHENTICATE_TOKEN");
  EXPECT_EQ(of_variable, "from-variable");
  EXPECT_EQ(of_option, "from-option");
}

TEST(Connect, TakesHeadersOneByOne) {
  EXPECT_EQ(Parse("--header a=1 --header b=2 --gateway wss://a").headers, (std::vector<std::string>{"a=1", "b=2"}));
}

TEST(Connect, NeedsAGateway) {
  EXPECT_THROW(Parse("--port 1"), CLI::RequiredError);
  EXPECT_THROW(Parse("--gateway wss://a --token-file /no/such/file"), CLI::ValidationError);
}

}  // namespace
}  // namespace firesteel::cli
