#include "gateway/routing/route_hints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::gateway {
namespace {

using testing::HasSubstr;
using Metadata = std::vector<std::pair<std::string, std::string>>;
using Pairs = std::vector<std::pair<std::string, std::optional<std::string>>>;

const RoutingConfig kAcme{.header_prefix = "x-acme-",
                          .default_team = "default",
                          .default_environment = "",
                          .authorities = {{.host = "prod.spark.acme", .team = "", .environment = "prod"},
                                          {.host = "*.fraud.acme", .team = "fraud", .environment = ""}},
                          .rules = {}};

RouteHints Hints(const Metadata& metadata, std::string_view authority = "") {
  auto hints = HintsOfMetadata(kAcme, metadata, authority);
  EXPECT_TRUE(std::holds_alternative<RouteHints>(hints));
  return std::holds_alternative<RouteHints>(hints) ? std::get<RouteHints>(hints) : RouteHints{};
}

std::string RefusalOf(const Metadata& metadata) {
  auto hints = HintsOfMetadata(kAcme, metadata, "");
  const Refusal* refusal = std::get_if<Refusal>(&hints);
  if (refusal == nullptr) return "";
  EXPECT_EQ(refusal->code, Code::kInvalidArgument);
  return refusal->message;
}

TEST(RouteHints, ReadsHeadersWithThePrefix) {
  const RouteHints hints = Hints({{"user-agent", "x"},
                                  {"x-acme-team", "fraud"},
                                  {"x-acme-environment", "prod"},
                                  {"x-acme-user", "ann"},
                                  {"x-team", "other"},
                                  {"x-acme-teams", "other"}});
  EXPECT_EQ(hints.team, "fraud");
  EXPECT_EQ(hints.environment, "prod");
  EXPECT_EQ(hints.user, "ann");
  EXPECT_EQ(hints.authority_team, std::nullopt);
}

TEST(RouteHints, AHeaderGivenTwiceMustAgree) {
  EXPECT_EQ(Hints({{"x-acme-env", "prod"}, {"x-acme-environment", "prod"}}).environment, "prod");
  EXPECT_THAT(RefusalOf({{"x-acme-team", "a"}, {"x-acme-team", "b"}}), HasSubstr("x-acme-team is given twice"));
  EXPECT_NE(RefusalOf({{"x-acme-env", "prod"}, {"x-acme-environment", "test"}}), "");
}

TEST(RouteHints, ValuesAreShortPrintableAscii) {
  EXPECT_EQ(Hints({{"x-acme-team", std::string(256, 'a')}}).team->size(), 256u);
  EXPECT_THAT(RefusalOf({{"x-acme-team", std::string(257, 'a')}}), HasSubstr("longer than 256 bytes"));
  EXPECT_THAT(RefusalOf({{"x-acme-team", "a\tb"}}), HasSubstr("printable ASCII"));
  EXPECT_THAT(RefusalOf({{"x-acme-team", "J\xc3\xb6rg"}}), HasSubstr("printable ASCII"));
  EXPECT_THAT(RefusalOf({{"x-acme-team", ""}}), HasSubstr("is empty"));
  EXPECT_THAT(RefusalOf({{"x-acme-user", "--conf"}}), HasSubstr("begins with '-'"));
}

TEST(RouteHints, AuthorityMeansEnvironmentOrTeam) {
  EXPECT_EQ(Hints({}, "Prod.Spark.Acme:15002").authority_environment, "prod");
  EXPECT_EQ(Hints({}, "prod.spark.acme.").authority_environment, "prod");
  EXPECT_EQ(Hints({}, "a.b.fraud.acme:443").authority_team, "fraud");
  EXPECT_EQ(Hints({}, "fraud.acme").authority_team, std::nullopt);
  EXPECT_EQ(Hints({}, "evilfraud.acme").authority_team, std::nullopt);
  EXPECT_EQ(Hints({}, "[::1]:15002").authority_environment, std::nullopt);
}

TEST(RouteHints, ConfigKeysInEveryForm) {
  const RouteHints header = HintsOfConfig(kAcme, Pairs{{"spark.connect.grpc.header.X-Acme-Team", "fraud"},
                                                       {"spark.connect.grpc.header.x-acme-env", "prod"},
                                                       {"spark.app.name", "x"}});
  EXPECT_EQ(header.team, "fraud");
  EXPECT_EQ(header.environment, "prod");
  const RouteHints bare = HintsOfConfig(kAcme, Pairs{{"x-team", "fraud"}, {"x-env", "prod"}, {"x-user", "ann"}});
  EXPECT_EQ(bare.team, "fraud");
  EXPECT_EQ(bare.environment, "prod");
  EXPECT_EQ(bare.user, "ann");
}

TEST(RouteHints, TheClearestConfigKeyCountsInEveryOrder) {
  const Pairs pairs{{"spark.connect.grpc.header.x-acme-team", "one"}, {"x-acme-team", "two"}, {"x-team", "three"}};
  EXPECT_EQ(HintsOfConfig(kAcme, pairs).team, "one");
  EXPECT_EQ(HintsOfConfig(kAcme, Pairs(pairs.rbegin(), pairs.rend())).team, "one");
  EXPECT_EQ(HintsOfConfig(kAcme, Pairs{{"x-team", "three"}, {"x-acme-team", "two"}}).team, "two");
  EXPECT_EQ(HintsOfConfig(kAcme, Pairs{{"x-team", "a"}, {"x-team", "b"}}).team, "b");
  EXPECT_EQ(HintsOfConfig(kAcme, Pairs{{"x-team", std::nullopt}}).team, std::nullopt);
}

}  // namespace
}  // namespace firesteel::gateway
