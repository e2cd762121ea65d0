#include "gateway/config/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "gateway/config/explain.h"

namespace firesteel::gateway {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The smallest configuration. Appended text begins in line 7.
constexpr std::string_view kSmallest =
    "[auth]\n"
    "anonymous = true\n"
    "[environments.test]\n"
    "servers = ['local']\n"
    "[servers]\n"
    "local.addresses = ['127.0.0.1:15003']\n";

std::optional<std::string> Variable(const std::string& name) {
  static const std::map<std::string, std::string> kVariables = {{"PORT", "15009"}, {"EMPTY", ""}};
  const auto found = kVariables.find(name);
  return found == kVariables.end() ? std::nullopt : std::optional<std::string>(found->second);
}

ParsedConfig Parse(const std::string& text) { return ParseConfigText(text, "gateway.toml", Variable); }

std::vector<std::string> Texts(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.Text());
  return texts;
}

std::vector<std::string> Errors(const std::string& text) {
  const ParsedConfig parsed = Parse(text);
  EXPECT_EQ(parsed.config == nullptr, !parsed.errors.empty());
  return Texts(parsed.errors);
}

/// The only error that the smallest configuration has with this at its end.
std::string ErrorOf(const std::string& more) {
  const std::vector<std::string> errors = Errors(std::string(kSmallest) + more);
  EXPECT_EQ(errors.size(), 1u) << more << testing::PrintToString(errors);
  return errors.empty() ? "" : errors.front();
}

std::string WarningOf(const std::string& more) {
  const ParsedConfig parsed = Parse(std::string(kSmallest) + more);
  EXPECT_THAT(Texts(parsed.errors), IsEmpty());
  EXPECT_EQ(parsed.warnings.size(), 1u) << more;
  return parsed.warnings.empty() ? "" : parsed.warnings.front().Text();
}

TEST(ParseConfig, TheSmallestHasTheDefaults) {
  const ParsedConfig parsed = Parse(std::string(kSmallest));
  ASSERT_THAT(Texts(parsed.errors), IsEmpty());
  EXPECT_THAT(Texts(parsed.warnings), IsEmpty());
  const GatewayConfig& config = *parsed.config;
  EXPECT_EQ(config.listen.host, "127.0.0.1");
  EXPECT_EQ(config.listen.port, 15002);
  EXPECT_EQ(config.drain, seconds(30));
  ASSERT_EQ(config.environments.size(), 1u);
  EXPECT_EQ(config.environments[0].lifetimes.idle, minutes(30));
  EXPECT_EQ(config.environments[0].namespace_template, "sjns-{team}-{environment}");
  ASSERT_EQ(config.servers.size(), 1u);
  EXPECT_EQ(config.servers[0].discovery, Discovery::kStatic);
  EXPECT_THAT(config.policy.redacted_keys, ElementsAre("(?i)secret|password|token|access[.]?key"));
}

std::string DocumentedExample() {
  // This file's name is relative to the build folder, in which the test stands under tests/, unless it is absolute.
  const auto build = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
  const auto here = (build / __FILE__).lexically_normal().parent_path();
  std::ifstream file(here / "../../../docs/GATEWAY_CONFIGURATION.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str();
  const std::string fence = "```toml\n";
  const size_t begin = page.find(fence);
  if (begin == std::string::npos) return "";
  return page.substr(begin + fence.size(), page.find("```\n", begin + fence.size()) - begin - fence.size());
}

TEST(ParseConfig, TheDocumentedExampleIsRight) {
  const ParsedConfig parsed = Parse(DocumentedExample());
  ASSERT_THAT(Texts(parsed.errors), IsEmpty());
  for (const Problem& warning : parsed.warnings) EXPECT_THAT(warning.message, HasSubstr("cannot be read now"));
  const GatewayConfig& config = *parsed.config;
  EXPECT_EQ(config.listen.tls.key_file, (std::filesystem::current_path() / "tls/gateway.key").string());
  ASSERT_EQ(config.auth.issuers.size(), 1u);
  EXPECT_EQ(config.auth.issuers[0].teams_claim, "groups");
  ASSERT_EQ(config.auth.tokens.size(), 1u);
  EXPECT_THAT(config.auth.tokens[0].teams, ElementsAre("feature-engineering"));
  ASSERT_EQ(config.routing.authorities.size(), 2u);
  EXPECT_EQ(config.routing.authorities[1].host, "*.fraud.acme.example");
  ASSERT_EQ(config.routing.rules.size(), 1u);
  EXPECT_EQ(config.routing.rules[0].servers.at(0).servers, "fraud-spark");
  // In the file's order, which the parser's tables do not keep.
  ASSERT_EQ(config.environments.size(), 4u);
  EXPECT_EQ(config.environments[0].name, "local");
  EXPECT_EQ(config.environments[1].lifetimes.lifetime, minutes(60));
  const Environment& prod = config.environments[3];
  EXPECT_EQ(prod.name, "prod");
  ASSERT_EQ(prod.servers.size(), 2u);
  EXPECT_EQ(prod.servers[1].weight, 2);
  EXPECT_THAT(prod.session_config, ElementsAre(testing::Pair("spark.sql.shuffle.partitions", "400"),
                                               testing::Pair("spark.sql.ansi.enabled", "true")));
  const ServersConfig* west = config.FindServers("west");
  ASSERT_NE(west, nullptr);
  EXPECT_EQ(west->discovery, Discovery::kDns);
  EXPECT_TRUE(west->tls.enabled);
  EXPECT_THAT(west->addresses, ElementsAre("west.acme.example:15002"));
  EXPECT_EQ(config.FindServers("fraud-spark")->kubernetes.service, "spark-connect");
  EXPECT_EQ(config.FindServers("playground")->pool.warm, 0);
  EXPECT_TRUE(config.FindServers("playground")->pool.per_user);
  EXPECT_EQ(config.FindServers("pool")->pool.most, 16);
  EXPECT_EQ(config.quotas.users.at("svc-nightly").sessions, 100);
  EXPECT_EQ(config.quotas.users.at("svc-nightly").operations, 8);  // of [quotas.user]
  EXPECT_EQ(config.quotas.teams.at("feature-engineering").sessions, 500);
}

TEST(ParseConfig, ErrorsSayWhereAndWhat) {
  EXPECT_EQ(ErrorOf("[environments.prod]\n"
                    "  servers = ['spark-prod']\n"),
            "gateway.toml:8:14: environments.prod.servers names 'spark-prod', but there is no [servers.spark-prod]; "
            "known: local");
  EXPECT_EQ(ErrorOf("[listen]\nadress = 'x'\n"),
            "gateway.toml:8:1: listen.adress is no key that the gateway knows; did you mean 'address'?");
  EXPECT_EQ(ErrorOf("[http]\nport = 1\n"),
            "gateway.toml:8:1: http.port is no key that the gateway knows; known here: enabled, address, tls");
  EXPECT_EQ(ErrorOf("[quota.user]\n"),
            "gateway.toml:7:2: quota is no key that the gateway knows; did you mean 'quotas'?");
  EXPECT_EQ(ErrorOf("[listen]\nthreads = 5000\n"),
            "gateway.toml:8:1: listen.threads is 5000, but must be from 0 to 1024");
}

TEST(ParseConfig, TellsAllErrorsAtOnceInTheirOrder) {
  const std::vector<std::string> errors = Errors(
      "drain = 30\n"
      "[auth]\n"
      "anonymous = 'yes'\n"
      "[[auth.token]]\n"
      "user = 'ann'\n"
      "sha256 = 'secret'\n"
      "[environments.test]\n"
      "servers = ['local']\n"
      "idle = '30 minutes'\n"
      "[servers.local]\n"
      "addresses = ['a:1', 'b']\n");
  ASSERT_EQ(errors.size(), 5u) << testing::PrintToString(errors);
  EXPECT_THAT(errors[0], HasSubstr(":1:1: drain is a number without a unit"));
  EXPECT_THAT(errors[1], HasSubstr(":3:1: auth.anonymous must be true or false, not a text"));
  EXPECT_THAT(errors[2], HasSubstr(":6:1: auth.token.sha256 must be the 64 hexadecimal digits"));
  EXPECT_THAT(errors[2], testing::Not(HasSubstr("'secret'")));
  EXPECT_THAT(errors[3], HasSubstr(":9:1: environments.test.idle is '30 minutes', which is no duration"));
  EXPECT_THAT(errors[4], HasSubstr(":11:21: servers.local.addresses has 'b', which is no address"));
}

TEST(ParseConfig, WhatIsNoTomlNamesItsPlace) {
  EXPECT_THAT(Errors("[listen]\naddress = 127.0.0.1\n").at(0), HasSubstr("gateway.toml:2:"));
  EXPECT_THAT(Errors("[listen]\n[listen]\n").at(0), HasSubstr("gateway.toml:2:"));
}

TEST(ParseConfig, EmptyFilesLackEverything) {
  EXPECT_THAT(Errors(""), ElementsAre(HasSubstr("nobody may call"), HasSubstr("no [environments.NAME]"),
                                      HasSubstr("no [servers.NAME]")));
}

TEST(ParseConfig, VariablesAreTakenFromTheEnvironment) {
  const ParsedConfig parsed = Parse(std::string(kSmallest) + "[listen]\naddress = '127.0.0.1:${PORT}'\n");
  ASSERT_NE(parsed.config, nullptr);
  EXPECT_EQ(parsed.config->listen.port, 15009);
  EXPECT_EQ(ErrorOf("[listen]\naddress = '${NONE}'\n"),
            "gateway.toml:8:11: listen.address names ${NONE}, but the environment has no such variable");
  EXPECT_THAT(ErrorOf("[listen]\naddress = '${EMPTY}'\n"), HasSubstr("8:1: listen.address is empty"));
}

TEST(ParseConfig, TokensNeedTls) {
  const std::string token = "[[auth.token]]\nuser = 'ann'\nsha256 = '" + std::string(64, 'A') + "'\n";
  const std::string open = "[listen]\naddress = '0.0.0.0:15002'\n";
  EXPECT_THAT(ErrorOf(token + open), HasSubstr("0.0.0.0:15002 is reached from other machines without TLS"));
  EXPECT_THAT(Errors(std::string(kSmallest) + token), IsEmpty());
  EXPECT_THAT(Errors(std::string(kSmallest) + token + open + "tls = {certificate = 'c', key = 'k'}\n"), IsEmpty());
  std::string allowed(kSmallest);
  allowed.insert(allowed.find("[environments"), "allow_plaintext_tokens = true\n");
  EXPECT_THAT(Errors(allowed + token + open), IsEmpty());
  EXPECT_EQ(Parse(std::string(kSmallest) + token).config->auth.tokens.at(0).sha256, std::string(64, 'a'));
}

TEST(ParseConfig, WhatBelongsTogether) {
  EXPECT_THAT(ErrorOf("[listen.tls]\ncertificate = 'c'\n"),
              HasSubstr("8:1: listen.tls.certificate is of no use alone"));
  EXPECT_THAT(ErrorOf("[listen.tls]\ncertificate = 'c'\nkey = 'k'\nrequire_client_certificate = true\n"),
              HasSubstr("10:1: listen.tls.require_client_certificate is true, but client_ca"));
  EXPECT_THAT(ErrorOf("[[auth.jwt]]\nissuer = 'i'\naudience = 'a'\n"), HasSubstr("auth.jwt.jwks_url or jwks_file"));
  EXPECT_THAT(ErrorOf("[[auth.jwt]]\nissuer = 'i'\njwks_file = 'f'\n"), HasSubstr("7:1: auth.jwt.audience is missing"));
  EXPECT_THAT(ErrorOf("[[auth.jwt]]\nissuer = 'i'\naudience = 'a'\njwks_url = 'http://id.acme/keys'\n"),
              HasSubstr("10:1: auth.jwt.jwks_url is fetched from id.acme without TLS"));
  EXPECT_THAT(ErrorOf("[[auth.token]]\nuser = 'a'\nteams = []\nsha256 = '" + std::string(64, '0') + "'\n"),
              HasSubstr("9:1: auth.token.teams is empty"));
  EXPECT_THAT(ErrorOf("[environments.prod]\n"), HasSubstr("7:1: environments.prod.servers is missing"));
  EXPECT_THAT(ErrorOf("[environments.prod]\nservers = [{servers = 'local', weight = 0}]\n"), HasSubstr("weight 0"));
  EXPECT_THAT(ErrorOf("[environments.'a b']\nservers = 'local'\n"), HasSubstr("7:1: environments.a b has a name"));
  EXPECT_THAT(ErrorOf("[environments.prod]\nservers = 'local'\ncatalog = 'c'\n[environments.prod.config]\n"
                      "spark.sql.defaultCatalog = 'd'\n"),
              HasSubstr("11:28: environments.prod.config sets spark.sql.defaultCatalog"));
}

TEST(ParseConfig, RoutingNamesWhatExists) {
  EXPECT_EQ(
      ErrorOf("[routing]\ndefault_environment = 'tset'\n"),
      "gateway.toml:8:1: routing.default_environment is 'tset', but there is no [environments.tset]; known: test; "
      "did you mean 'test'?");
  EXPECT_THAT(ErrorOf("[[routing.authority]]\nhost = 'a:80'\nenvironment = 'test'\n"), HasSubstr("without a port"));
  EXPECT_THAT(ErrorOf("[[routing.rule]]\nteam = '*a'\nservers = 'local'\n"), HasSubstr("8:1: routing.rule.team"));
  EXPECT_THAT(ErrorOf("[[routing.rule]]\nservers = 'local'\n"), HasSubstr("by team, environment or user"));
  EXPECT_THAT(ErrorOf("[[routing.rule]]\nteam = 'a'\nservers = ['loca']\n"), HasSubstr("9:12: routing.rule.servers"));
  EXPECT_THAT(ErrorOf("[routing]\nheader_prefix = 'x acme'\n"), HasSubstr("header_prefix is 'x acme'"));
}

TEST(ParseConfig, ServersComeFromOnePlace) {
  const std::string use = "[environments.prod]\nservers = 's'\n";
  EXPECT_THAT(ErrorOf(use + "[servers.s]\nmax_sessions = 2\n"), HasSubstr("9:1: servers.s does not say where"));
  EXPECT_THAT(ErrorOf(use + "[servers.s]\ndns = 'a:1'\naddresses = ['a:1']\n"),
              HasSubstr("10:1: servers.s.dns is given beside addresses"));
  EXPECT_THAT(ErrorOf(use + "[servers.s]\naddresses = []\n"), HasSubstr("lists no server"));
  EXPECT_THAT(ErrorOf(use + "[servers.s.kubernetes]\nnamespace = 'n'\n"), HasSubstr("kubernetes.service is missing"));
}

TEST(ParseConfig, CommandsOfPools) {
  const auto pool = [](const std::string& keys) {
    return ErrorOf("[environments.prod]\nservers = 's'\n[servers.s.pool]\n" + keys);
  };
  EXPECT_THAT(pool("command = 'serve'\n"), HasSubstr("10:1: servers.s.pool.command does not name {port}"));
  EXPECT_THAT(pool("command = 'serve {prt}'\n"), HasSubstr("unknown placeholder {prt}"));
  EXPECT_THAT(pool("command = 'serve \"{port}\"'\n"), HasSubstr("inside quotes"));
  EXPECT_THAT(pool("command = 'serve {port} {user}'\n"), HasSubstr("this pool's servers are shared"));
  EXPECT_THAT(pool("command = 'serve {port} {user}'\nper_user = true\n"), HasSubstr("before their user is known"));
  EXPECT_THAT(pool("command = 'serve {port}'\nwarm = 9\n"), HasSubstr("11:1: servers.s.pool.warm"));
  EXPECT_THAT(pool("warm = 1\n"), HasSubstr("servers.s.pool.command is missing"));
}

TEST(ParseConfig, WarningsDoNotStop) {
  EXPECT_EQ(WarningOf("[servers.spare]\ndns = 'a:1'\n"),
            "gateway.toml:7:1: servers.spare is not used: no environment and no rule names it");
  EXPECT_THAT(WarningOf("[listen]\naddress = '0.0.0.0:15002'\n"), HasSubstr(":2:1: auth.anonymous is true: whoever"));
  EXPECT_THAT(WarningOf("[[auth.token]]\nname = 't'\nuser = 'u'\nsha256 = '" + std::string(64, 'a') +
                        "'\n[http]\naddress = '0.0.0.0:15080'\n"),
              HasSubstr("http.address 0.0.0.0:15080 is reached from other machines without TLS"));
  EXPECT_THAT(WarningOf("[environments.prod]\nservers = 'local'\nidle = '5h'\n"),
              HasSubstr("9:1: environments.prod.idle"));
  EXPECT_THAT(WarningOf("[audit]\nfile = 'no/such/folder/audit'\n"), HasSubstr("8:1: audit.file"));
}

TEST(ParseConfig, ReadsFiles) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "firesteel-gateway-config";
  std::filesystem::create_directories(folder);
  const std::string path = folder / "g.toml";
  std::ofstream(path) << kSmallest << "[audit]\nfile = 'audit.jsonl'\n[state]\nfile = 'gateway.state'\n";
  const ParsedConfig parsed = ParseConfigFile(path);
  ASSERT_NE(parsed.config, nullptr);
  EXPECT_EQ(parsed.config->audit_file, (folder / "audit.jsonl").string());
  EXPECT_EQ(parsed.config->state_file, (folder / "gateway.state").string());
  EXPECT_THAT(Texts(ParseConfigFile(folder / "none.toml").errors),
              ElementsAre(HasSubstr("none.toml: the file cannot be read: No such file")));
  EXPECT_THAT(Texts(ParseConfigFile(folder).errors), ElementsAre(HasSubstr("it is a folder")));
  std::filesystem::remove_all(folder);
}

TEST(ExplainConfig, SaysWhatItMeansWithoutSecrets) {
  const ParsedConfig parsed = Parse(DocumentedExample());
  ASSERT_NE(parsed.config, nullptr);
  const std::string text = ExplainConfig(*parsed.config);
  for (const char* part : {"sc://0.0.0.0:15002 (TLS with", "tokens of https://id.acme.example for 'spark'",
                           "the token 'nightly' as user svc-nightly, teams feature-engineering",
                           "x-acme-team, x-acme-environment and x-acme-user", "who names no environment: test",
                           "prod -> east (1 of 3), west (2 of 3); sessions end after 30m idle, 4h in all",
                           "but team fraud*, environment prod -> fraud-spark",
                           "a pool of at most 16, 2 warm, each for 1d; started by firesteel\n",
                           "each user: 20 sessions, 8 running operations, 200 requests a second"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_EQ(text.find(parsed.config->auth.tokens[0].sha256), std::string::npos);
}

}  // namespace
}  // namespace firesteel::gateway
