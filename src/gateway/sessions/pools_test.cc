#include "gateway/sessions/pools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/sessions/testing/caller.h"

namespace firesteel::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Decision::Kind;

class PoolsTest : public CallerTest {};

TEST_F(PoolsTest, KeepsWarmServersAndRefillsAtOnce) {
  MakePool().warm = 2;
  BeginAnew();
  EXPECT_EQ(Count(Effect::Kind::kLaunch), 2);
  Pass(minutes(1));
  EXPECT_THAT(Effects(), IsEmpty());
  ServerReady(1);
  ServerReady(2);
  EXPECT_EQ(Count(Effect::Kind::kLaunch), 0);
  Bind(Id(1));
  EXPECT_EQ(Count(Effect::Kind::kLaunch), 1);
}

TEST_F(PoolsTest, OneLaunchForOneNeedHoweverOftenItIsAskedFor) {
  MakePool().warm = 0;
  BeginAnew();
  const Decision first = Bind(Id(1));
  EXPECT_EQ(first.refusal.code, Code::kUnavailable);
  EXPECT_TRUE(first.refusal.retry_after);
  EXPECT_THAT(first.refusal.message, HasSubstr("'main' is being started"));
  for (int i = 0; i < 10; ++i) Bind(Id(1));
  // A server takes any number of sessions.
  for (int i = 2; i < 10; ++i) Bind(Id(i));
  EXPECT_EQ(Count(Effect::Kind::kLaunch), 1);
  ServerReady(1);
  EXPECT_EQ(Bind(Id(1)).server, 1u);
  Pass(seconds(2));
  EXPECT_EQ(Count(Effect::Kind::kLaunch), 0);
}

TEST_F(PoolsTest, LaunchesAsManyAsTheWaitingFillAndNeverMoreThanMost) {
  MakePool().warm = 0;
  config().servers[0].max_sessions = 2;
  config().servers[0].pool.most = 3;
  BeginAnew();
  for (int i = 0; i < 3; ++i) Bind(Id(i));
  EXPECT_EQ(Count(Effect::Kind::kLaunch), 2);
  for (int i = 3; i < 20; ++i) Bind(Id(i));
  EXPECT_EQ(Count(Effect::Kind::kLaunch), 1);
  for (ServerId id = 1; id <= 3; ++id) ServerReady(id);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(Bind(Id(i)).kind, Kind::kForward);
  EXPECT_EQ(Bind(Id(6)).refusal.code, Code::kUnavailable);
  EXPECT_EQ(Count(Effect::Kind::kLaunch), 0);
  Pass(seconds(91));
  const Decision full = Bind(Id(6));
  EXPECT_EQ(full.refusal.code, Code::kResourceExhausted);
  EXPECT_FALSE(full.refusal.retry_after);
}

TEST_F(PoolsTest, ClientsAreAskedToComeWhenTheServerWillBeReady) {
  MakePool().warm = 0;
  BeginAnew();
  Bind(Id(1));
  Pass(seconds(3));
  ServerReady(1);
  sessions().ServerLost(1);
  EXPECT_EQ(Bind(Id(2)).refusal.retry_after, milliseconds(3300));
  Pass(seconds(3));
  EXPECT_EQ(Bind(Id(2)).refusal.retry_after, milliseconds(300));
}

TEST_F(PoolsTest, AFailedLaunchIsToldOnceToThoseThatWait) {
  MakePool().warm = 0;
  BeginAnew();
  Bind(Id(1));
  sessions().LaunchFailed("main", "exit status 7");
  const Decision told = Bind(Id(1));
  EXPECT_EQ(told.refusal.code, Code::kFailedPrecondition);
  EXPECT_FALSE(told.refusal.retry_after);
  EXPECT_THAT(told.refusal.message, HasSubstr("pool 'main' could be started: exit status 7"));
  EXPECT_EQ(Bind(Id(1)).refusal.code, Code::kUnavailable);
  Effects();
  Pass(seconds(2));
  EXPECT_EQ(Count(Effect::Kind::kLaunch), 1);
}

TEST_F(PoolsTest, LaunchesThatFailAgainAndAgainBecomeRare) {
  MakePool().warm = 1;
  BeginAnew();
  int launches = 0;
  for (int second = 0; second < 600; ++second) {
    const int now = Count(Effect::Kind::kLaunch);
    for (int i = 0; i < now; ++i) sessions().LaunchFailed("main", "exit status 1");
    launches += now;
    Pass(seconds(1));
  }
  EXPECT_GE(launches, 8);
  EXPECT_LE(launches, 20);
}

TEST_F(PoolsTest, AUsersServerServesNobodyElseAndEndsWithItsLastSession) {
  PoolConfig& pool = MakePool();
  pool.warm = 0;
  pool.per_user = true;
  BeginAnew();
  for (int i = 0; i < 5; ++i) Bind(Id(1));
  Bind(Id(3));
  Pass(seconds(2));
  auto launch = Effects();
  ASSERT_EQ(launch.size(), 1u);
  EXPECT_EQ(launch[0].route.user, "alice");
  ServerReady(1, "main", "alice");
  Call bobs = Execute(Id(2));
  bobs.identity = Verified("bob");
  EXPECT_EQ(sessions().OnCall(bobs).refusal.code, Code::kUnavailable);
  launch = Effects();
  ASSERT_EQ(launch.size(), 1u);
  EXPECT_EQ(launch[0].route.user, "bob");
  ServerReady(2, "main", "bob");
  EXPECT_EQ(sessions().OnCall(bobs).server, 2u);

  Finish(Bind(Id(1)));
  Finish(Bind(Id(3)));
  Effects();
  Finish(sessions().OnCall(Of(Method::kReleaseSession, Id(1))));
  EXPECT_EQ(Count(Effect::Kind::kStop), 0);
  Finish(sessions().OnCall(Of(Method::kReleaseSession, Id(3))));
  EXPECT_EQ(Effects().back().kind, Effect::Kind::kStop);
  EXPECT_EQ(Bind(Id(4)).refusal.code, Code::kUnavailable);
}

TEST_F(PoolsTest, AServerIsNotStoppedUnderACall) {
  PoolConfig& pool = MakePool();
  pool.warm = 0;
  pool.per_user = true;
  BeginAnew();
  Bind(Id(1));
  ServerReady(1, "main", "alice");
  Finish(Bind(Id(1)));
  const Decision slow = sessions().OnCall(Of(Method::kReleaseExecute, Id(1)));
  Effects();
  Finish(sessions().OnCall(Of(Method::kReleaseSession, Id(1))));
  EXPECT_EQ(Count(Effect::Kind::kStop), 0);
  Finish(slow);
  EXPECT_EQ(Count(Effect::Kind::kStop), 1);
}

TEST_F(PoolsTest, OldServersAreReplacedBeforeTheyGo) {
  PoolConfig& pool = MakePool();
  pool.warm = 1;
  pool.time_to_live = minutes(3);
  BeginAnew();
  ServerReady(1);
  Effects();
  Pass(minutes(3) + seconds(1));
  auto effects = Effects();
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].kind, Effect::Kind::kLaunch);
  EXPECT_EQ(Bind(Id(1)).server, 1u);  // still the only one
  ServerReady(2);
  Pass(seconds(1));
  EXPECT_EQ(Bind(Id(2)).server, 2u);
  EXPECT_EQ(Bind(Id(1)).server, 1u);
  EXPECT_EQ(Count(Effect::Kind::kStop), 0);
}

TEST_F(PoolsTest, SurplusServersEndAfterAWhile) {
  MakePool().warm = 1;
  BeginAnew();
  ServerReady(1);
  Finish(Bind(Id(1)));
  ServerReady(2);
  Finish(sessions().OnCall(Of(Method::kReleaseSession, Id(1))));
  Effects();
  Pass(minutes(4));
  EXPECT_EQ(Count(Effect::Kind::kStop), 0);
  Pass(minutes(2));
  EXPECT_EQ(Count(Effect::Kind::kStop), 1);
  Pass(minutes(60));
  EXPECT_EQ(Count(Effect::Kind::kStop), 0);
}

TEST_F(PoolsTest, ServersOfAPoolThatIsNoMoreEndWithTheirLastSessions) {
  MakePool().warm = 2;
  BeginAnew();
  ServerReady(1);
  ServerReady(2);
  const ServerId used = Bind(Id(1)).server;
  Finish(Bind(Id(1)));
  Effects();
  const auto with_pool = std::make_shared<GatewayConfig>(config());
  auto without = std::make_shared<GatewayConfig>(config());
  without->servers[0].discovery = Discovery::kStatic;
  sessions().Configure(without);
  Pass(seconds(2));
  auto effects = Effects();
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].kind, Effect::Kind::kStop);
  EXPECT_NE(effects[0].server, used);
  ServerReady(9);  // the server of the set as it is now: not the gateway's to end
  sessions().Configure(with_pool);
  Finish(sessions().OnCall(Of(Method::kReleaseSession, Id(1))));
  Pass(seconds(2));
  EXPECT_EQ(Count(Effect::Kind::kStop), 0) << "the pool is back";
}

TEST_F(PoolsTest, ServersThatNobodyStartsAreWaitedForAMinute) {
  const Decision first = Bind(Id(1));
  EXPECT_EQ(first.refusal.code, Code::kUnavailable);
  EXPECT_EQ(first.refusal.retry_after, seconds(1));
  Pass(seconds(59));
  EXPECT_EQ(Bind(Id(1)).refusal.code, Code::kUnavailable);
  Pass(seconds(2));
  const Decision last = Bind(Id(1));
  EXPECT_EQ(last.refusal.code, Code::kFailedPrecondition);
  EXPECT_THAT(last.refusal.message, HasSubstr("'main'"));
  EXPECT_FALSE(last.refusal.retry_after);
  ServerReady(1);
  EXPECT_EQ(Bind(Id(1)).kind, Kind::kForward);
}

TEST_F(PoolsTest, OnlyExecutionsThatProvablyNeverRanAreSentAgain) {
  Call execute = Execute(Id(1), "first");
  EXPECT_EQ(sessions().OnCall(execute).refusal.code, Code::kUnavailable);
  EXPECT_EQ(sessions().OnCall(Reattach(Id(1), "first")).refusal.code, Code::kUnavailable);
  EXPECT_EQ(Condition(Reattach(Id(1), "another")), "INVALID_HANDLE.SESSION_CHANGED");
  ServerReady(1);
  EXPECT_EQ(Condition(Reattach(Id(1), "first")), "INVALID_HANDLE.OPERATION_NOT_FOUND");
  EXPECT_EQ(sessions().OnCall(execute).kind, Kind::kForward);
  EXPECT_EQ(sessions().OnCall(Reattach(Id(1), "first")).kind, Kind::kForward);
  // Plans that were lost on their way here: the client says what only this gateway has told it.
  for (const Decision& told :
       {sessions().OnCall(AskPlanCompression(Id(2))), sessions().OnCall(Set(Id(2), {{"a", "b"}}))}) {
    Call lost = Reattach(Id(2), "lost");
    EXPECT_EQ(Condition(lost), "INVALID_HANDLE.SESSION_CHANGED");
    lost.fields.observed_session = told.told_session;
    EXPECT_EQ(Condition(lost), "INVALID_HANDLE.OPERATION_NOT_FOUND");
  }
}

}  // namespace
}  // namespace firesteel::gateway
