#include "cli/shell.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "cli/profiles.h"

namespace firesteel::cli {
namespace {

void Parse(ShellCommandOptions& options, std::vector<std::string> arguments) {
  CLI::App app;
  DeclareShell(app, options);
  std::reverse(arguments.begin(), arguments.end());  // as the parser wants them
  app.parse(std::move(arguments));
}

TEST(ShellCommand, ReadsEveryOption) {
  ShellCommandOptions options;
  Parse(options, {"sql",    "--remote", "sc://h", "-p",       "prod",     "--header",   "a=1",  "--header", "b=x=y",
                  "--conf", "k=v",      "--tls",  "--tls-ca", "ca.pem",   "--env-file", ".env", "-e",       "select 1",
                  "-e",     "select 2", "-f",     "q.sql",    "--format", "JSON",       "-o",   "out",      "-k"});
  const client::RequestedSettings& settings = options.shell.connection;
  EXPECT_EQ(settings.remote, "sc://h");
  EXPECT_EQ(settings.profile, "prod");
  EXPECT_EQ(settings.headers, (std::map<std::string, std::string>{{"a", "1"}, {"b", "x=y"}}));
  EXPECT_EQ(settings.conf, (std::map<std::string, std::string>{{"k", "v"}}));
  EXPECT_EQ(settings.tls, true);
  EXPECT_EQ(settings.tls_ca, "ca.pem");
  EXPECT_EQ(settings.env_files, (std::vector<std::string>{".env"}));
  EXPECT_EQ(options.statements, (std::vector<std::string>{"select 1", "select 2"}));
  EXPECT_EQ(options.files, (std::vector<std::string>{"q.sql"}));
  EXPECT_EQ(shell::FormatByName(options.format), shell::Format::kJson);
  EXPECT_EQ(options.shell.output, "out");
  EXPECT_TRUE(options.shell.keep_going);
  EXPECT_FALSE(settings.force_local);
}

TEST(ShellCommand, LeavesWhatIsNotGivenOpen) {
  ShellCommandOptions options;
  Parse(options, {"shell"});
  EXPECT_FALSE(options.shell.connection.remote || options.shell.connection.token || options.shell.connection.tls);
  EXPECT_TRUE(options.format.empty());
}

TEST(ShellCommand, RefusesWhatItCannotRead) {
  for (const char* option : {"--header=novalue", "--conf==x", "--format=xml", "--nonsense"}) {
    ShellCommandOptions options;
    EXPECT_THROW(Parse(options, {"sql", option}), CLI::ParseError) << option;
  }
}

TEST(ProfilesCommand, TakesTheNameForTests) {
  CLI::App app;
  ProfilesOptions options;
  DeclareProfiles(app, options);
  app.parse(std::vector<std::string>{"prod", "test", "profiles"});
  EXPECT_TRUE(options.test->parsed());
  EXPECT_EQ(options.tested.profile, "prod");
}

}  // namespace
}  // namespace firesteel::cli
