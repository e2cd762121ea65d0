#include "gateway/sessions/sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/sessions/testing/caller.h"

namespace firesteel::gateway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using Kind = Decision::Kind;

class SessionsTest : public CallerTest {};

TEST_F(SessionsTest, SessionIdsMustBeUuids) {
  ServerReady(1);
  Call call = Execute(Id(1));
  call.fields.session_id = "mine";
  const Decision decision = sessions().OnCall(call);
  EXPECT_EQ(decision.kind, Kind::kRefuse);
  EXPECT_EQ(decision.refusal.code, Code::kInvalidArgument);
  EXPECT_EQ(decision.refusal.condition, "INVALID_HANDLE.FORMAT");
  EXPECT_THAT(decision.refusal.parameters, ElementsAre(Pair("handle", "mine")));
}

TEST_F(SessionsTest, ADraftIsReplayedOnceAtTheFirstCallThatNeedsAServer) {
  ServerReady(1);
  ServerReady(2, "test");
  Call first = Set(Id(1), {{"a", "1"}, {"b", "2"}});
  first.fields.config_silent = true;
  Decision kept = sessions().OnCall(first);
  EXPECT_EQ(kept.kind, Kind::kConfigKept);
  EXPECT_NE(kept.told_session, "");
  Call second = Set(Id(1), {{"a", "3"}, {"x-env", "test"}, {"spark.connect.grpc.header.x-any", "y"}});
  second.fields.observed_session = kept.told_session;
  EXPECT_EQ(sessions().OnCall(second).kind, Kind::kConfigKept);
  EXPECT_THAT(Effects(), IsEmpty());

  Call execute = Execute(Id(1));
  execute.fields.observed_session = kept.told_session;
  Decision forward = sessions().OnCall(execute);
  ASSERT_EQ(forward.kind, Kind::kForward);
  EXPECT_EQ(forward.server, 2u);
  EXPECT_EQ(forward.route.environment, "test");
  EXPECT_TRUE(forward.replays);
  EXPECT_THAT(forward.replay,
              ElementsAre(Pair("spark.env", "test"), Pair("spark.sql.defaultCatalog", "cat-test"), Pair("b", "2")));
  EXPECT_THAT(forward.checked_replay, ElementsAre(Pair("a", "3"))) << "its error is the client's to know";
  EXPECT_EQ(forward.told_session, kept.told_session);
  EXPECT_EQ(forward.server_session, "");
  // Another call before the replay's answer waits for it.
  EXPECT_TRUE(sessions().OnCall(execute).waits);
  sessions().ReplayDone(forward.ticket, "server's own", {"careful"});
  const Decision later = sessions().OnCall(execute);
  EXPECT_FALSE(later.replays);
  EXPECT_THAT(later.replay, IsEmpty());
  EXPECT_THAT(later.checked_replay, IsEmpty());
  EXPECT_EQ(later.server_session, "server's own");
  // The replay's warnings come with the next answer that can carry them, once.
  EXPECT_THAT(later.warnings, IsEmpty());
  EXPECT_THAT(sessions().OnCall(Set(Id(1), {{"c", "1"}})).warnings, ElementsAre("careful"));
  EXPECT_THAT(sessions().OnCall(Set(Id(1), {{"c", "1"}})).warnings, IsEmpty());
}

TEST_F(SessionsTest, AFirstPlanThatWasBuiltBeforeItsClientWasTold) {
  ServerReady(1);
  Call compression = AskPlanCompression(Id(1));
  const Decision greeted = sessions().OnCall(compression);
  ASSERT_EQ(greeted.kind, Kind::kPlanCompression);
  const Decision plan = sessions().OnCall(Execute(Id(1)));  // says nothing of what it was told
  EXPECT_EQ(plan.told_session, greeted.told_session);
}

TEST_F(SessionsTest, ClientsThatSawTheServersOwnIdAreLeftAlone) {
  ServerReady(1);
  Call first = Set(Id(1), {{"a", "1"}});
  first.hints.environment = "prod";
  const Decision bound = sessions().OnCall(first);
  EXPECT_EQ(bound.kind, Kind::kForward);
  EXPECT_EQ(bound.told_session, "");
  EXPECT_THAT(bound.replay, ElementsAre(Pair("spark.env", "prod")));
  Call execute = Execute(Id(1));
  execute.fields.observed_session = "server's own";
  EXPECT_EQ(sessions().OnCall(execute).told_session, "");
}

TEST_F(SessionsTest, DraftsAreBounded) {
  EXPECT_EQ(sessions().OnCall(Set(Id(1), {{"a", std::string(1 << 20, 'x')}})).refusal.code, Code::kResourceExhausted);
  OptionalPairs many;
  for (int i = 0; i < 1001; ++i) many.emplace_back("key" + std::to_string(i), "");
  EXPECT_EQ(sessions().OnCall(Set(Id(2), many)).refusal.code, Code::kResourceExhausted);
  many.pop_back();
  EXPECT_EQ(sessions().OnCall(Set(Id(2), many)).kind, Kind::kConfigKept);
}

TEST_F(SessionsTest, AnExpiredDraftIsNotBegunAnewWithoutItsConfiguration) {
  ServerReady(1);
  const Decision kept = sessions().OnCall(Set(Id(1), {{"a", "1"}}));
  Pass(minutes(31));
  Call execute = Execute(Id(1));
  execute.fields.observed_session = kept.told_session;
  EXPECT_EQ(Condition(execute), "INVALID_HANDLE.SESSION_CHANGED");
  Pass(hours(3));
  EXPECT_THAT(sessions().List(), IsEmpty());
  EXPECT_EQ(Condition(execute), "INVALID_HANDLE.SESSION_CHANGED");
}

TEST_F(SessionsTest, ClientsThatOnlyExitCreateNothing) {
  ServerReady(1);
  Decision asked = sessions().OnCall(AskPlanCompression(Id(1)));
  EXPECT_EQ(asked.kind, Kind::kPlanCompression);
  EXPECT_EQ(asked.server, 1u);
  Call clean = Execute(Id(1));
  clean.fields.cleans_cache = true;
  clean.fields.observed_session = asked.told_session;
  const Decision cleaned = sessions().OnCall(clean);
  EXPECT_EQ(cleaned.kind, Kind::kCacheCleaned);
  EXPECT_EQ(cleaned.told_session, asked.told_session);
  EXPECT_EQ(sessions().OnCall(Of(Method::kReleaseSession, Id(1))).kind, Kind::kNothing);
  EXPECT_THAT(sessions().List(), IsEmpty());
  EXPECT_THAT(Effects(), IsEmpty());
  // And one that goes on, has its session under the id that it was told.
  Call execute = Execute(Id(1));
  execute.fields.observed_session = asked.told_session;
  const Decision forward = sessions().OnCall(execute);
  EXPECT_EQ(forward.kind, Kind::kForward);
  EXPECT_EQ(forward.told_session, asked.told_session);
  EXPECT_TRUE(forward.replays);
}

TEST_F(SessionsTest, UnknownSessionsThatKnewAServerAreRefused) {
  ServerReady(1);
  Call execute = Execute(Id(1));
  execute.fields.observed_session = "of another life";
  EXPECT_EQ(Condition(execute), "INVALID_HANDLE.SESSION_CHANGED");
  EXPECT_EQ(sessions().OnCall(execute).refusal.code, Code::kInternal);
  EXPECT_EQ(Condition(Reattach(Id(1), "any")), "INVALID_HANDLE.SESSION_CHANGED");
  EXPECT_EQ(Condition(Of(Method::kFetchErrorDetails, Id(1))), "INVALID_HANDLE.SESSION_NOT_FOUND");
  EXPECT_EQ(sessions().OnCall(Of(Method::kInterrupt, Id(1))).kind, Kind::kNothing);
  EXPECT_THAT(sessions().List(), IsEmpty());
}

TEST_F(SessionsTest, NewSessionsGoToTheLeastLoadedServerThatTakesThem) {
  for (ServerId id = 1; id <= 4; ++id) ServerReady(id);
  sessions().Drain(3, true);
  sessions().ServerUnreachable(4);
  std::map<ServerId, int> count;
  for (int i = 0; i < 10; ++i) ++count[Bind(Id(i)).server];
  EXPECT_THAT(count, ElementsAre(Pair(1, 5), Pair(2, 5)));
  ServerReady(4);
  for (int i = 10; i < 15; ++i) EXPECT_EQ(Bind(Id(i)).server, 4u);
}

TEST_F(SessionsTest, WeightZeroGetsNothing) {
  config().environments[0].servers = {{"main", 0}, {"test", 1}};
  Configure();
  ServerReady(1);
  ServerReady(2, "test");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Bind(Id(i)).server, 2u);
}

TEST_F(SessionsTest, ABoundSessionStaysWhateverItsServerDoes) {
  ServerReady(1);
  EXPECT_EQ(Bind(Id(1)).server, 1u);
  ServerReady(2);
  sessions().Drain(1, true);
  EXPECT_EQ(Bind(Id(1)).server, 1u);
  sessions().ServerUnreachable(1);
  EXPECT_EQ(Bind(Id(1)).server, 1u);
  Call moved = Execute(Id(1));
  moved.hints.environment = "test";
  EXPECT_EQ(sessions().OnCall(moved).server, 1u);
}

TEST_F(SessionsTest, LostSessionsAreRefusedAndNeverPlacedAgain) {
  ServerReady(1);
  ServerReady(2);
  const Decision first = Bind(Id(1));
  Effects();
  sessions().ServerLost(first.server);
  sessions().CallEnded(first.ticket, CallEnd::kServerLost, false);
  const auto effects = Effects();
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].kind, Effect::Kind::kSessionEnded);
  EXPECT_EQ(effects[0].reason, "server lost");
  const Decision refused = sessions().OnCall(Execute(Id(1)));
  EXPECT_EQ(refused.refusal.condition, "INVALID_HANDLE.SESSION_CHANGED");
  EXPECT_THAT(refused.refusal.message, HasSubstr("Please reconnect"));
  EXPECT_FALSE(refused.refusal.retry_after);
  EXPECT_EQ(sessions().OnCall(Of(Method::kReleaseSession, Id(1))).kind, Kind::kNothing);
  Pass(minutes(30));
  EXPECT_EQ(Condition(Execute(Id(1))), "INVALID_HANDLE.SESSION_CHANGED");
  EXPECT_EQ(sessions().List()[0].state, "lost");
  // The same id under another server id is another server.
  ServerReady(first.server);
  EXPECT_NE(Bind(Id(2)).server, first.server);
}

TEST_F(SessionsTest, ReleasedSessionsAreClosed) {
  ServerReady(1);
  Finish(Bind(Id(1)));
  Decision release = sessions().OnCall(Of(Method::kReleaseSession, Id(1)));
  ASSERT_EQ(release.kind, Kind::kForward);
  sessions().CallEnded(release.ticket, CallEnd::kServerLost, false);
  release = sessions().OnCall(Of(Method::kReleaseSession, Id(1)));
  ASSERT_EQ(release.kind, Kind::kForward);
  Effects();
  Finish(release);
  EXPECT_EQ(Effects().back().reason, "released");
  EXPECT_EQ(Condition(Execute(Id(1))), "INVALID_HANDLE.SESSION_CLOSED");
  EXPECT_EQ(sessions().OnCall(Of(Method::kReleaseSession, Id(1))).kind, Kind::kNothing);
}

TEST_F(SessionsTest, CloneGoesWhereItsParentIs) {
  ServerReady(1);
  Call first = Execute(Id(1));
  first.hints.environment = "prod";
  Finish(sessions().OnCall(first));
  ServerReady(2);
  ServerReady(3, "test");
  Call clone = Of(Method::kCloneSession, Id(1));
  const Decision unnamed = sessions().OnCall(clone);
  EXPECT_EQ(unnamed.new_session_id.size(), 36u);
  Finish(unnamed);
  EXPECT_EQ(sessions().OnCall(Execute(unnamed.new_session_id)).server, 1u);
  clone.fields.new_session_id = Id(7);
  const Decision refused = sessions().OnCall(clone);
  EXPECT_EQ(refused.new_session_id, "");
  sessions().CallEnded(refused.ticket, CallEnd::kDone, false);
  EXPECT_EQ(sessions().List().size(), 2u);
  Finish(sessions().OnCall(clone));
  const Decision cloned = sessions().OnCall(Execute(Id(7)));
  EXPECT_EQ(cloned.server, 1u);
  EXPECT_FALSE(cloned.replays);
}

TEST_F(SessionsTest, ACloneUnderAnIdThatWasEndedIsNone) {
  ServerReady(1);
  Finish(Bind(Id(1)));
  Call clone = Of(Method::kCloneSession, Id(1));
  clone.fields.new_session_id = Id(7);
  Finish(sessions().OnCall(clone));
  const Decision late = sessions().OnCall(clone);  // its client has tried again
  ASSERT_EQ(late.kind, Kind::kForward);
  EXPECT_TRUE(sessions().EndSession("alice", Id(7)));
  Effects();
  // The server may have made it anew by then: nobody would end that.
  Finish(late);
  const std::vector<Effect> effects = Effects();
  ASSERT_THAT(effects, testing::SizeIs(1));
  EXPECT_EQ(effects[0].kind, Effect::Kind::kReleaseSession);
  EXPECT_EQ(effects[0].session_id, Id(7));
  EXPECT_EQ(Condition(clone), "INVALID_HANDLE.SESSION_CLOSED");
  EXPECT_EQ(Condition(Execute(Id(7))), "INVALID_HANDLE.SESSION_CHANGED");
  EXPECT_EQ(Bind(Id(1)).kind, Kind::kForward) << "its parent lives";
}

TEST_F(SessionsTest, NewSessionsOfAVerifiedUserFollowItsLatest) {
  ServerReady(1);
  ServerReady(2, "test");
  Call first = Execute(Id(1));
  first.hints.environment = "test";
  EXPECT_EQ(sessions().OnCall(first).server, 2u);
  EXPECT_EQ(Bind(Id(2)).server, 2u);
  Call other = Execute(Id(3));
  other.identity = Verified("bob");
  EXPECT_EQ(sessions().OnCall(other).server, 1u);
}

TEST_F(SessionsTest, LaterRoutingKeysAreAWarning) {
  ServerReady(1);
  Finish(Bind(Id(1)));
  const Decision same = sessions().OnCall(Set(Id(1), {{"x-env", "prod"}}));
  EXPECT_EQ(same.kind, Kind::kForward);
  EXPECT_THAT(same.warnings, IsEmpty());
  const Decision other = sessions().OnCall(Set(Id(1), {{"x-env", "test"}}));
  EXPECT_EQ(other.server, 1u);
  EXPECT_THAT(other.warnings, ElementsAre(HasSubstr("stays in environment 'prod'")));
  Call hinted = Set(Id(1), {{"a", "b"}});
  hinted.hints.team = "other";
  EXPECT_THAT(sessions().OnCall(hinted).warnings, ElementsAre(HasSubstr("stays in team 'default'")));
}

TEST_F(SessionsTest, DeniedKeysAreNamed) {
  config().policy.denied_keys = {"spark.secret.*", "exact"};
  Configure();
  for (const char* key : {"spark.secret.a", "exact"}) {
    const Decision decision = sessions().OnCall(Set(Id(1), {{"fine", "1"}, {key, "1"}}));
    EXPECT_EQ(decision.refusal.code, Code::kPermissionDenied);
    EXPECT_THAT(decision.refusal.message, HasSubstr(key));
  }
  Call unset = Set(Id(1), {{"exact", std::nullopt}});
  unset.fields.config_operation = RequestFields::ConfigOperation::kUnset;
  EXPECT_EQ(sessions().OnCall(unset).refusal.code, Code::kPermissionDenied);
  EXPECT_EQ(sessions().OnCall(Set(Id(1), {{"exactly", "1"}})).kind, Kind::kConfigKept);
}

TEST_F(SessionsTest, HeadersThatTheTokenDoesNotAllowAreRefusedOnEveryCall) {
  ServerReady(1);
  Finish(Bind(Id(1)));
  Call forged = Execute(Id(1));
  forged.hints.user = "bob";
  EXPECT_EQ(sessions().OnCall(forged).refusal.code, Code::kPermissionDenied);
  auto member = std::make_shared<Identity>(*Verified("alice"));
  member->teams = {"one"};
  Call team = Execute(Id(1));
  team.identity = member;
  team.hints.team = "two";
  EXPECT_EQ(sessions().OnCall(team).refusal.code, Code::kPermissionDenied);
  team.hints.team.reset();
  team.fields.session_id = Id(2);
  EXPECT_EQ(sessions().OnCall(team).route.team, "one");
}

TEST_F(SessionsTest, WhoMerelyClaimsToBeSomeoneIsAnother) {
  ServerReady(1);
  Finish(Bind(Id(1)));
  Call claim = Execute(Id(1));
  claim.identity = std::make_shared<Identity>();
  claim.fields.claimed_user = "alice";
  EXPECT_EQ(sessions().OnCall(claim).refusal.code, Code::kPermissionDenied);
  // While a verified user is who the token says, whatever the message claims.
  Call honest = Execute(Id(1));
  honest.fields.claimed_user = "root";
  EXPECT_EQ(sessions().OnCall(honest).user, "alice");
}

}  // namespace
}  // namespace firesteel::gateway
