#include "gateway/auth/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firesteel::gateway {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Identity Alice(Identity::Method method = Identity::Method::kToken) {
  return Identity{.method = method, .user = "alice", .teams = {"ads", "features"}};
}

RouteHints Headers(std::optional<std::string> user, std::optional<std::string> team) {
  RouteHints hints;
  hints.user = std::move(user);
  hints.team = std::move(team);
  return hints;
}

/// The message, or "" where the call may go on.
std::string RefusalOf(const Identity& identity, const RouteHints& hints, std::string_view claimed_user = {}) {
  const auto refusal = CheckClaims(identity, hints, claimed_user);
  if (!refusal) return "";
  EXPECT_EQ(refusal->code, Code::kPermissionDenied);
  EXPECT_FALSE(refusal->retry_after.has_value());
  return refusal->message;
}

TEST(Claims, WhatAgreesOrIsNotSaidPasses) {
  EXPECT_EQ(RefusalOf(Alice(), {}), "");
  EXPECT_EQ(RefusalOf(Alice(), Headers("alice", "features"), "alice"), "");
  EXPECT_EQ(RefusalOf(Alice(), Headers("", ""), ""), "");
}

TEST(Claims, AnotherUserInAHeaderIsRefused) {
  EXPECT_THAT(RefusalOf(Alice(), Headers("mallory", {})),
              AllOf(HasSubstr("proves the user \"alice\""), HasSubstr("header"), Not(HasSubstr("mallory"))));
  for (const char* user : {"Alice", "alice ", "alic", "alicee"}) {
    EXPECT_NE(RefusalOf(Alice(), Headers(user, {})), "") << user;
  }
}

TEST(Claims, AnotherTeamIsRefused) {
  EXPECT_THAT(RefusalOf(Alice(), Headers({}, "payroll")),
              AllOf(HasSubstr("Allowed: \"ads\", \"features\"."), Not(HasSubstr("payroll"))));
  Identity any = Alice();
  any.teams.clear();
  EXPECT_EQ(RefusalOf(any, Headers({}, "payroll")), "");
}

TEST(Claims, TheTeamOfTheHostNameCountsWhereNoHeaderNamesOne) {
  RouteHints hints;
  hints.authority_team = "payroll";
  EXPECT_NE(RefusalOf(Alice(), hints), "");
  hints.team = "";
  EXPECT_NE(RefusalOf(Alice(), hints), "");
  hints.team = "ads";
  EXPECT_EQ(RefusalOf(Alice(), hints), "");
}

TEST(Claims, AnotherUserInTheMessageIsToldHowToSayTheRightOne) {
  EXPECT_THAT(RefusalOf(Alice(), {}, "root"), AllOf(HasSubstr("The token proves the user \"alice\""),
                                                    HasSubstr("put user_id=alice into"), Not(HasSubstr("root"))));
  Identity odd = Alice();
  odd.user = "a;b=c@example.com";
  EXPECT_THAT(RefusalOf(odd, {}, "root"), HasSubstr("user_id=a%3Bb%3Dc@example.com into"));
  EXPECT_THAT(RefusalOf(Alice(Identity::Method::kCertificate), {}, "root"), HasSubstr("The client certificate proves"));
  EXPECT_NE(RefusalOf(Alice(Identity::Method::kJwt), {}, "root"), "");
}

TEST(Claims, NothingIsComparedForTheAnonymous) {
  EXPECT_EQ(RefusalOf(Identity(), Headers("mallory", "payroll"), "root"), "");
}

TEST(Claims, ManyTeamsAreNotAllShown) {
  Identity identity = Alice();
  identity.teams.clear();
  for (int i = 0; i < 1000; ++i) identity.teams.push_back("team" + std::to_string(i) + std::string(200, 'x'));
  const std::string message = RefusalOf(identity, Headers({}, "payroll"));
  EXPECT_LT(message.size(), 2048U) << "it must fit into a trailer";
  EXPECT_THAT(message, HasSubstr("…"));
}

}  // namespace
}  // namespace firesteel::gateway
