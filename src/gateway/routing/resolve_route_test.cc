#include "gateway/routing/resolve_route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::gateway {
namespace {

using testing::HasSubstr;

Environment MakeEnvironment(std::string name, std::string servers) {
  Environment environment;
  environment.name = std::move(name);
  environment.servers = {{std::move(servers), 1}};
  return environment;
}

GatewayConfig MakeConfig() {
  GatewayConfig config;
  config.environments = {MakeEnvironment("test", "local"), MakeEnvironment("prod", "spark")};
  config.routing.default_team = "everyone";
  config.routing.default_environment = "test";
  config.routing.rules = {{.team = "fraud*", .environment = "prod", .user = "", .servers = {{"fraud", 1}}},
                          {.team = "", .environment = "", .user = "ann", .servers = {{"anns", 1}}}};
  return config;
}

const Identity kAnonymous{};
const Identity kBob{.method = Identity::Method::kJwt, .user = "bob", .teams = {}, .operator_rights = false};

RouteHints Header(const char* team, const char* environment) {
  RouteHints hints;
  if (team != nullptr) hints.team = team;
  if (environment != nullptr) hints.environment = environment;
  return hints;
}

struct Asked {
  GatewayConfig config = MakeConfig();
  Identity identity = kBob;
  std::string claimed = "claimed";
  RouteHints metadata, from_config_set;
  std::optional<Route> parent;

  ResolvedRoute Answer() const {
    auto answer = ResolveRoute(config, identity, claimed, metadata, from_config_set, parent ? &*parent : nullptr);
    if (const Refusal* refusal = std::get_if<Refusal>(&answer)) {
      ADD_FAILURE() << refusal->message;
      return {};
    }
    return std::get<ResolvedRoute>(answer);
  }
  Refusal Refused() const {
    auto answer = ResolveRoute(config, identity, claimed, metadata, from_config_set, parent ? &*parent : nullptr);
    if (const Refusal* refusal = std::get_if<Refusal>(&answer)) return *refusal;
    ADD_FAILURE() << "was not refused";
    return {};
  }
};

TEST(ResolveRoute, DefaultsWhereNothingIsSaid) {
  const Asked asked;
  const ResolvedRoute resolved = asked.Answer();
  EXPECT_EQ(resolved.route.team, "everyone");
  EXPECT_EQ(resolved.route.environment, "test");
  EXPECT_EQ(resolved.route.user, "bob");
  EXPECT_EQ(resolved.route.namespace_name, "sjns-everyone-test");
  EXPECT_EQ(resolved.environment, &asked.config.environments[0]);
  ASSERT_EQ(resolved.servers.size(), 1u);
  EXPECT_EQ(resolved.servers[0].servers, "local");
}

TEST(ResolveRoute, EachSourceGivesWayToTheOnesBeforeIt) {
  Asked asked;
  asked.parent = Route{.team = "parent", .environment = "prod", .user = "bob", .namespace_name = ""};
  EXPECT_EQ(asked.Answer().route.team, "parent");
  EXPECT_EQ(asked.Answer().route.environment, "prod");
  asked.from_config_set = Header("set", "test");
  EXPECT_EQ(asked.Answer().route.team, "set");
  EXPECT_EQ(asked.Answer().route.environment, "test");
  asked.metadata.authority_team = "authority";
  asked.metadata.authority_environment = "prod";
  EXPECT_EQ(asked.Answer().route.team, "authority");
  EXPECT_EQ(asked.Answer().route.environment, "prod");
  asked.metadata.team = "header";
  EXPECT_EQ(asked.Answer().route.team, "header");
  EXPECT_EQ(asked.Answer().route.environment, "prod");  // each part by itself
  asked.metadata.environment = "test";
  EXPECT_EQ(asked.Answer().route.environment, "test");
}

TEST(ResolveRoute, OnlyTheSameVerifiedUserHasAParent) {
  Asked asked;
  asked.parent = Route{.team = "parent", .environment = "prod", .user = "ann", .namespace_name = ""};
  EXPECT_EQ(asked.Answer().route.team, "everyone");
  asked.identity = kAnonymous;
  asked.claimed = "ann";
  EXPECT_EQ(asked.Answer().route.team, "everyone");
}

TEST(ResolveRoute, TheVerifiedUserReplacesTheClaimedOne) {
  Asked asked;
  asked.claimed = "ann";
  EXPECT_EQ(asked.Answer().route.user, "bob");
  asked.metadata.user = "bob";
  EXPECT_EQ(asked.Answer().route.user, "bob");
  asked.metadata.user = "ann";
  EXPECT_EQ(asked.Refused().code, Code::kPermissionDenied);
  asked.metadata.user = "bob";
  asked.from_config_set.user = "ann";
  EXPECT_EQ(asked.Refused().code, Code::kPermissionDenied);
  EXPECT_THAT(asked.Refused().message, HasSubstr("'bob'"));
}

TEST(ResolveRoute, AnonymousUsersAreWhoTheySay) {
  Asked asked;
  asked.identity = kAnonymous;
  EXPECT_EQ(asked.Answer().route.user, "claimed");
  asked.from_config_set.user = "set";
  EXPECT_EQ(asked.Answer().route.user, "set");
  asked.metadata.user = "header";
  EXPECT_EQ(asked.Answer().route.user, "header");
}

TEST(ResolveRoute, NamesThatWouldBreakACommandAreRefused) {
  Asked asked;
  asked.identity = kAnonymous;
  for (const char* user : {"a\nb", "--conf", "a\x7f"}) {
    asked.claimed = user;
    EXPECT_EQ(asked.Refused().code, Code::kInvalidArgument) << user;
  }
  asked.claimed = std::string(257, 'a');
  EXPECT_EQ(asked.Refused().code, Code::kInvalidArgument);
  asked.claimed = "Jörg";
  EXPECT_EQ(asked.Answer().route.user, "Jörg");
  asked.from_config_set.team = "a\nb";
  EXPECT_EQ(asked.Refused().code, Code::kInvalidArgument);
  asked.from_config_set = Header(nullptr, "pr\nod");
  EXPECT_EQ(asked.Refused().code, Code::kInvalidArgument);
  EXPECT_EQ(asked.Refused().message.find('\n'), std::string::npos);
}

TEST(ResolveRoute, TeamsOfTheIdentityBind) {
  Asked asked;
  asked.identity.teams = {"growth", "ads"};
  EXPECT_EQ(asked.Answer().route.team, "growth");  // the default one is not among them
  asked.metadata.team = "ads";
  EXPECT_EQ(asked.Answer().route.team, "ads");
  asked.metadata.team = "fraud";
  const Refusal refusal = asked.Refused();
  EXPECT_EQ(refusal.code, Code::kPermissionDenied);
  EXPECT_THAT(refusal.message, HasSubstr("growth, ads"));
  asked.metadata = {};
  asked.metadata.authority_team = "fraud";
  EXPECT_EQ(asked.Refused().code, Code::kPermissionDenied);
  asked.metadata = {};
  asked.identity.teams = {"ads", "everyone"};
  EXPECT_EQ(asked.Answer().route.team, "everyone");
}

TEST(ResolveRoute, AnUnknownEnvironmentNamesTheKnown) {
  Asked asked;
  asked.metadata.environment = "produ";
  const Refusal refusal = asked.Refused();
  EXPECT_EQ(refusal.code, Code::kInvalidArgument);
  EXPECT_THAT(refusal.message, HasSubstr("'produ'"));
  EXPECT_THAT(refusal.message, HasSubstr("known: test, prod"));
}

TEST(ResolveRoute, WithoutADefaultOnlyTheOnlyEnvironmentIsMeant) {
  Asked asked;
  asked.config.routing.default_environment.clear();
  EXPECT_THAT(asked.Refused().message, HasSubstr("spark.connect.grpc.header.x-environment"));
  asked.config.environments.pop_back();
  EXPECT_EQ(asked.Answer().route.environment, "test");
}

TEST(ResolveRoute, TheFirstRuleThatMatchesChoosesTheServers) {
  Asked asked;
  const auto servers = [&] { return asked.Answer().servers.at(0).servers; };
  asked.metadata = Header("fraud-eu", "prod");
  EXPECT_EQ(servers(), "fraud");
  asked.metadata = Header("fraud-eu", "test");
  EXPECT_EQ(servers(), "local");
  asked.metadata = Header("frau", "prod");
  EXPECT_EQ(servers(), "spark");
  asked.identity.user = "ann";
  EXPECT_EQ(servers(), "anns");
  asked.metadata = Header("fraud", "prod");
  EXPECT_EQ(servers(), "fraud");
}

}  // namespace
}  // namespace firesteel::gateway
