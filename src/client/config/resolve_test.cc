#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "client/config/connection_settings.h"

namespace firesteel::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A home with files, and variables.
class ResolveTest : public testing::Test {
 protected:
  ResolveTest() : home_(testing::TempDir() + "firesteel-resolve") {
    std::filesystem::remove_all(home_);
    std::filesystem::create_directories(home_);
    variables_["HOME"] = home_;
  }
  ~ResolveTest() override { std::filesystem::remove_all(home_); }

  std::string Write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = std::filesystem::path(home_) / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }

  Result<ConnectionSettings> Try(const RequestedSettings& requested = {}) {
    return Resolve(requested, [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    });
  }
  ConnectionSettings Get(const RequestedSettings& requested = {}) {
    auto settings = Try(requested);
    EXPECT_TRUE(settings.ok()) << (settings ? "" : settings.error().message);
    return settings.value_or({});
  }
  std::string ErrorOf(const RequestedSettings& requested = {}) {
    auto settings = Try(requested);
    return settings ? "" : settings.error().message;
  }

  std::string home_;
  std::map<std::string, std::string> variables_;
};

RequestedSettings Remote(const std::string& remote) {
  RequestedSettings requested;
  requested.remote = remote;
  return requested;
}

RequestedSettings Named(const std::string& profile) {
  RequestedSettings requested;
  requested.profile = profile;
  return requested;
}

TEST_F(ResolveTest, NothingGivenIsLocalhost) {
  const ConnectionSettings settings = Get();
  EXPECT_EQ(settings.Target(), "localhost:15002");
  EXPECT_EQ(settings.security, Security::kPlain);
  EXPECT_TRUE(settings.endpoint_is_default());
  EXPECT_EQ(settings.user_id, "firesteel");
  EXPECT_FALSE(settings.token);
  EXPECT_EQ(settings.SourceOf("token"), "the default");
}

TEST_F(ResolveTest, ReadsEveryParameterOfAConnectionString) {
  const ConnectionSettings settings = Get(
      Remote("sc://[::1]:443/;use_ssl=true;token=a%20b%3D;user_id=me;user_agent=tool;"
             "session_id=00112233-4455-6677-8899-aabbccddeeff;grpc_keepalive_enabled=False;"
             "grpc_keepalive_time_ms=1;grpc_keepalive_timeout_ms=2;grpc_keepalive_without_calls=false;X-Team=data"));
  EXPECT_EQ(settings.Target(), "[::1]:443");
  EXPECT_EQ(settings.security, Security::kTls);
  EXPECT_EQ(settings.token.text, "a b=");
  EXPECT_EQ(settings.user_id, "me");
  EXPECT_EQ(settings.user_agent, "tool");
  EXPECT_EQ(settings.session_id, "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_FALSE(settings.keepalive.enabled);
  EXPECT_EQ(settings.keepalive.time_ms, 1);
  EXPECT_EQ(settings.keepalive.timeout_ms, 2);
  EXPECT_FALSE(settings.keepalive.without_calls);
  ASSERT_EQ(settings.headers.size(), 1u);
  EXPECT_EQ(settings.headers[0], (std::pair<std::string, std::string>("x-team", "data")));
}

TEST_F(ResolveTest, ATokenNeedsTlsExceptForLocalhost) {
  EXPECT_EQ(Get(Remote("sc://localhost/;token=t")).security, Security::kLocal);
  EXPECT_EQ(Get(Remote("sc://127.0.0.1/;token=t")).security, Security::kTls);
  EXPECT_EQ(Get(Remote("sc://localhost/;token=t;use_ssl=true")).security, Security::kTls);
  EXPECT_EQ(Get(Remote("sc://far/;use_ssl=false;token=t")).security, Security::kTls);
  EXPECT_EQ(Get(Remote("sc://far/;use_ssl=false")).security, Security::kPlain);
}

TEST_F(ResolveTest, RefusesAPathAndNeverShowsTheToken) {
  const std::string error = ErrorOf(Remote("sc://h/session-123?token=s3cret"));
  EXPECT_THAT(error, AllOf(HasSubstr("'/session-123'"), HasSubstr(";session_id="), Not(HasSubstr("s3cret"))));
  for (const char* wrong :
       {"h:1/;token=s3cret", "sc://;token=s3cret", "sc://h:0/;token=s3cret", "sc://h/;token=s3cret=", "sc://h/;s3cret",
        "sc://u:s3cret@h", "sc://h/;token=s3cret;use_ssl=maybe", "sc://h/;token=s3cret;session_id=1",
        "sc://h/;token=s3cret;bad header=1", "sc://h/;token=s3cret;grpc-timeout=1", "sc://h?token=s3cret"}) {
    EXPECT_THAT(ErrorOf(Remote(wrong)), AllOf(Not(HasSubstr("s3cret")), Not(testing::IsEmpty()))) << wrong;
  }
}

TEST_F(ResolveTest, CountsCallOverConnectionStringOverProfileOverEnvironment) {
  Write(".config/firesteel/profiles.toml",
        "[prod]\nendpoint = \"sc://prod:1/;user_id=of-endpoint\"\ntoken = \"of-profile\"\nheaders = { a = \"p\", b = "
        "\"p\", c = \"p\" }\nconf = { x = 1, y = true }\n");
  variables_["SPARK_REMOTE"] = "sc://env:2/;token=of-remote";
  variables_["SPARK_CONNECT_AUTHENTICATE_TOKEN"] = "of-variable";
  variables_["USER"] = "of-variable";

  ConnectionSettings settings = Get();
  EXPECT_EQ(settings.Target(), "env:2");
  EXPECT_EQ(settings.token.text, "of-remote");
  EXPECT_EQ(settings.SourceOf("endpoint"), "the variable SPARK_REMOTE");

  settings = Get(Named("prod"));
  EXPECT_EQ(settings.Target(), "prod:1");
  EXPECT_EQ(settings.token.text, "of-profile");
  EXPECT_EQ(settings.user_id, "of-endpoint");

  RequestedSettings requested = Named("prod");
  requested.remote = "sc://string:3/;token=of-string;a=s;b=s";
  requested.headers["A"] = "call";
  requested.conf["x"] = "2";
  settings = Get(requested);
  EXPECT_EQ(settings.Target(), "string:3");
  EXPECT_EQ(settings.token.text, "of-string");
  EXPECT_EQ(settings.user_id, "of-variable");
  EXPECT_THAT(settings.headers,
              testing::ElementsAre(testing::Pair("a", "call"), testing::Pair("b", "s"), testing::Pair("c", "p")));
  EXPECT_THAT(settings.conf, testing::ElementsAre(testing::Pair("x", "2"), testing::Pair("y", "true")));

  requested.token = "of-call";
  requested.user_id = "me";
  settings = Get(requested);
  EXPECT_EQ(settings.token.text, "of-call");
  EXPECT_EQ(settings.user_id, "me");
  EXPECT_EQ(settings.SourceOf("user_id"), "user_id of the call");

  EXPECT_EQ(Get(Remote("sc://h")).token.text, "of-variable");
}

TEST_F(ResolveTest, DefaultProfileCountsWhereNothingNamesAServer) {
  Write(".config/firesteel/profiles.toml", "[DEFAULT]\nendpoint = \"sc://mine\"\ntoken = \"t\"\n");
  EXPECT_EQ(Get().Target(), "mine:15002");
  EXPECT_EQ(Get().token.text, "t");
  const ConnectionSettings other = Get(Remote("sc://theirs"));
  EXPECT_EQ(other.Target(), "theirs:15002");
  EXPECT_FALSE(other.token);
  variables_["SPARK_REMOTE"] = "sc://env";
  EXPECT_EQ(Get().Target(), "env:15002");
}

TEST_F(ResolveTest, KeepsDatabricksVariablesForDatabricks) {
  variables_["DATABRICKS_HOST"] = "https://x.databricks.example/";
  variables_["DATABRICKS_TOKEN"] = "dapi";
  variables_["SPARK_CONNECT_CLUSTER_ID"] = "0001";
  ConnectionSettings settings = Get();
  EXPECT_EQ(settings.Target(), "x.databricks.example:443");
  EXPECT_EQ(settings.security, Security::kTls);
  EXPECT_EQ(settings.token.text, "dapi");
  EXPECT_THAT(settings.headers, testing::ElementsAre(testing::Pair("x-databricks-cluster-id", "0001")));
  EXPECT_FALSE(Get(Remote("sc://elsewhere")).token);
  EXPECT_TRUE(Get(Remote("sc://x.databricks.example:443/;use_ssl=true")).token);

  variables_.erase("DATABRICKS_HOST");
  Write(".databrickscfg", "; mine\n[dev]\nhost  = https://dev.example/\ntoken = of-file\ncluster_id=7\nother=1\n");
  variables_["DATABRICKS_PROFILE"] = "dev";
  variables_.erase("SPARK_CONNECT_CLUSTER_ID");
  settings = Get();
  EXPECT_EQ(settings.Target(), "dev.example:443");
  EXPECT_EQ(settings.token.text, "of-file");
  EXPECT_EQ(settings.cluster_id, "7");
  variables_["DATABRICKS_PROFILE"] = "nope";
  EXPECT_THAT(ErrorOf(), AllOf(HasSubstr("the variable DATABRICKS_PROFILE"), HasSubstr("'nope'"), HasSubstr("dev")));
}

TEST_F(ResolveTest, ReachesAnApplicationThroughATunnel) {
  Write(".spotinst/credentials", "[default]\ntoken = spot\naccount = act-1\n");
  RequestedSettings requested = Named("default");
  requested.cluster_id = "osc-1";
  requested.app_id = "app-1";
  const ConnectionSettings settings = Get(requested);
  EXPECT_THAT(settings.tunnel_url, testing::EndsWith("/ocean/spark/cluster/osc-1/app/app-1/connect?accountId=act-1"));
  EXPECT_EQ(settings.token.text, "spot");
  requested.cluster_id = "osc/../1";
  EXPECT_THAT(ErrorOf(requested), HasSubstr("letters, digits"));
  requested.cluster_id.reset();
  EXPECT_THAT(ErrorOf(requested), HasSubstr("a cluster id"));
}

TEST_F(ResolveTest, ReachesAGatewayThroughATunnel) {
  RequestedSettings requested = Remote("wss://gw.example:15080/way/in;user_id=u;x-team=data;token=t%3D");
  ConnectionSettings settings = Get(requested);
  EXPECT_EQ(settings.tunnel_url, "wss://gw.example:15080/way/in");
  EXPECT_EQ(settings.user_id, "u");
  EXPECT_EQ(settings.token.text, "t=");
  EXPECT_EQ(settings.headers.front(), (std::pair<std::string, std::string>{"x-team", "data"}));
  EXPECT_EQ(settings.SourceOf("endpoint"), "the connection string");
  Write(".config/firesteel/profiles.toml", "[gate]\nendpoint = \"wss://gw\"\ntoken_file = \"token\"\n");
  settings = Get(Named("gate"));
  EXPECT_EQ(settings.tunnel_url, "wss://gw");
  EXPECT_EQ(settings.token.kind, TokenSource::Kind::kFile);
  EXPECT_THAT(ErrorOf(Remote("wss://me:s3cret@gw")), AllOf(HasSubstr("'@'"), Not(HasSubstr("s3cret"))));
  EXPECT_THAT(ErrorOf(Remote("wss://gw/?token=s3cret")), AllOf(HasSubstr("'?'"), Not(HasSubstr("s3cret"))));
  EXPECT_THAT(ErrorOf(Remote("wss://gw:0")), HasSubstr("the port must be a number"));
  EXPECT_THAT(ErrorOf(Remote("wss://;token=t")), HasSubstr("the host is missing"));
}

TEST_F(ResolveTest, TokenFilesOfTheCallCountOverTokens) {
  RequestedSettings requested = Remote("sc://h");
  requested.token = "t";
  requested.token_file = "/file";
  EXPECT_EQ(Get(requested).token.kind, TokenSource::Kind::kFile);
  requested.token_command = "echo c";
  EXPECT_EQ(Get(requested).token.kind, TokenSource::Kind::kCommand);
}

TEST_F(ResolveTest, ReadsEnvFilesOnRequest) {
  RequestedSettings requested;
  requested.env_files = {Write(".env", "# mine\nexport SPARK_REMOTE=\"sc://of-file:5\" # there\nUSER='u'\nX=\n")};
  ConnectionSettings settings = Get(requested);
  EXPECT_EQ(settings.Target(), "of-file:5");
  EXPECT_EQ(settings.SourceOf("endpoint"), "the variable SPARK_REMOTE in " + home_ + "/.env");
  EXPECT_EQ(settings.user_id, "u");
  variables_["SPARK_REMOTE"] = "sc://of-process";
  EXPECT_EQ(Get(requested).host, "of-process");
  Write(".env", "A=1\ns3cret\n");
  EXPECT_THAT(ErrorOf(requested), AllOf(HasSubstr("line 2"), Not(HasSubstr("s3cret"))));
  Write(".env", "A=\"s3cret\n");
  EXPECT_THAT(ErrorOf(requested), AllOf(HasSubstr("quotation of A"), Not(HasSubstr("s3cret"))));
}

TEST_F(ResolveTest, ForceLocalCountsOverAll) {
  variables_["SPARK_REMOTE"] = "sc://env";
  RequestedSettings requested = Remote("sc://h");
  requested.force_local = true;
  EXPECT_TRUE(Get(requested).local);
  EXPECT_TRUE(Get(Remote("local")).local);
  EXPECT_TRUE(Get(Remote("local[4]")).local);
  EXPECT_FALSE(Get().local);
}

TEST_F(ResolveTest, WantsTlsFilesToFit) {
  RequestedSettings requested = Remote("sc://h");
  requested.tls_ca = "/ca.pem";
  EXPECT_EQ(Get(requested).security, Security::kTls);
  requested.tls = false;
  EXPECT_THAT(ErrorOf(requested), AllOf(HasSubstr("tls_ca of the call"), HasSubstr("tls of the call turns off")));
  requested.tls.reset();
  requested.tls_key = "/key.pem";
  EXPECT_THAT(ErrorOf(requested), HasSubstr("tls_key of the call needs tls_certificate"));
}

TEST_F(ResolveTest, NamesTheSourceOfABadSetting) {
  variables_["SPARK_REMOTE"] = "sc://h:99999/;token=s3cret";
  EXPECT_THAT(ErrorOf(), AllOf(HasSubstr("the variable SPARK_REMOTE"), HasSubstr("port"), Not(HasSubstr("s3cret"))));
  const std::string file =
      Write(".config/firesteel/profiles.toml", "[a]\nendpoint = \"sc://h\"\n[b]\ntokn = \"s3cret\"\n");
  EXPECT_THAT(ErrorOf(Named("a")),
              AllOf(HasSubstr(file + ", line 4"), HasSubstr("'b'"), HasSubstr("'tokn'"), Not(HasSubstr("s3cret"))));
  Write(".config/firesteel/profiles.toml", "[a]\ntoken = s3cret\n");
  EXPECT_THAT(ErrorOf(Named("a")), AllOf(HasSubstr("line 2"), HasSubstr("not TOML"), Not(HasSubstr("s3cret"))));
}

TEST(TokenSource, RunsCommandsAndReadsFiles) {
  const auto get = [](TokenSource::Kind kind, const std::string& text) {
    const auto token = TokenSource{kind, text, "profile 'p'"}.Get();
    return token ? *token : "error: " + token.error().message;
  };
  using Kind = TokenSource::Kind;
  EXPECT_EQ(get(Kind::kCommand, "echo ' abc '"), "abc");
  EXPECT_EQ(get(Kind::kCommand, "echo s3cret; exit 3"),
            "error: the token command of profile 'p' failed with exit code 3");
  EXPECT_EQ(get(Kind::kCommand, "true"), "error: what the token command of profile 'p' printed is empty");
  EXPECT_THAT(get(Kind::kCommand, "echo a s3cret"), AllOf(HasSubstr("is no token"), Not(HasSubstr("s3cret"))));
  EXPECT_THAT(get(Kind::kCommand, "kill -9 $$"), HasSubstr("signal 9"));
  EXPECT_THAT(get(Kind::kFile, "/no/such/file"), HasSubstr("/no/such/file"));
  EXPECT_EQ(get(Kind::kText, "t"), "t");
  EXPECT_EQ(get(Kind::kNone, ""), "");
}

}  // namespace
}  // namespace firesteel::client
