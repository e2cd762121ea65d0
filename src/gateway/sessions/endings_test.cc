#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/sessions/testing/caller.h"

namespace firesteel::gateway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using Kind = Decision::Kind;

class EndingsTest : public CallerTest {
 protected:
  EndingsTest() { ServerReady(1); }

  /// Reason of the session's end, or what state it is in.
  std::string Ended() {
    for (const Effect& effect : Effects()) {
      if (effect.kind == Effect::Kind::kSessionEnded) return effect.reason;
    }
    return "";
  }
};

TEST_F(EndingsTest, IdleCountsFromTheLastCallsEnd) {
  const Decision call = Bind(Id(1));
  Pass(minutes(20));
  Finish(call);
  Effects();
  Pass(minutes(29));
  EXPECT_EQ(Ended(), "");
  Pass(minutes(2));
  const auto effects = Effects();
  ASSERT_EQ(effects.size(), 2u);
  EXPECT_EQ(effects[0].kind, Effect::Kind::kReleaseSession);
  EXPECT_EQ(effects[0].server, 1u);
  EXPECT_EQ(effects[0].user, "alice");
  EXPECT_EQ(effects[0].session_id, Id(1));
  EXPECT_EQ(effects[1].reason, "idle");
  EXPECT_EQ(Condition(Execute(Id(1))), "INVALID_HANDLE.SESSION_CHANGED");
}

TEST_F(EndingsTest, ARunningOperationIsNeitherIdleNorTooOld) {
  const Decision call = Bind(Id(1));
  Effects();
  Pass(hours(5));
  EXPECT_EQ(Ended(), "");
  Finish(call);
  Pass(seconds(1));
  EXPECT_EQ(Ended(), "lifetime");
}

TEST_F(EndingsTest, ACallOfAnyKindIsNotIdle) {
  Finish(Bind(Id(1)));
  const Decision slow = sessions().OnCall(Of(Method::kAnalyzePlan, Id(1)));
  Effects();
  Pass(minutes(40));
  EXPECT_EQ(Ended(), "");
  Finish(slow);
  Pass(minutes(31));
  EXPECT_EQ(Ended(), "idle");
}

TEST_F(EndingsTest, AnExecutionWithoutAStreamMayRunForFiveMinutes) {
  config().environments[0].lifetimes.idle = seconds(10);
  Configure();
  const Decision call = Bind(Id(1));
  Effects();
  sessions().CallEnded(call.ticket, CallEnd::kClientGone, false);
  Pass(minutes(4));
  EXPECT_EQ(Ended(), "");
  Pass(seconds(61));
  EXPECT_EQ(Ended(), "idle");

  const Decision released = Bind(Id(2));
  sessions().CallEnded(released.ticket, CallEnd::kClientGone, false);
  Call release = Of(Method::kReleaseExecute, Id(2));
  release.fields.operation_id = "op";
  Finish(sessions().OnCall(release));
  Pass(seconds(11));
  EXPECT_EQ(Ended(), "idle");
}

TEST_F(EndingsTest, ExitCallsKeepNothingAlive) {
  Finish(Bind(Id(1)));
  Effects();
  Pass(minutes(20));
  Finish(sessions().OnCall(AskPlanCompression(Id(1))));
  Call clean = Execute(Id(1), "exit");
  clean.fields.cleans_cache = true;
  Finish(sessions().OnCall(clean));
  Pass(minutes(11));
  EXPECT_EQ(Ended(), "idle");
}

TEST_F(EndingsTest, OperatorsEndSessions) {
  const Decision call = Bind(Id(1));
  Effects();
  EXPECT_FALSE(sessions().EndSession("alice", Id(2)));
  EXPECT_FALSE(sessions().EndSession("bob", Id(1)));
  EXPECT_TRUE(sessions().EndSession("alice", Id(1)));
  EXPECT_EQ(Ended(), "ended by an operator");
  EXPECT_FALSE(sessions().EndSession("alice", Id(1)));
  EXPECT_EQ(Condition(Execute(Id(1))), "INVALID_HANDLE.SESSION_CHANGED");
  // The call that was on its way may have made the session again.
  Finish(call);
  const auto effects = Effects();
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].kind, Effect::Kind::kReleaseSession);
}

TEST_F(EndingsTest, CallsEndOnce) {
  const Decision call = Bind(Id(1));
  const Decision other = Bind(Id(1));
  EXPECT_EQ(sessions().List()[0].running, 2);
  Finish(call);
  Finish(call);
  EXPECT_EQ(sessions().List()[0].running, 1);
  Finish(other);
  EXPECT_EQ(sessions().List()[0].running, 0);
}

class QuotasTest : public EndingsTest {};

TEST_F(QuotasTest, SessionsOfAUserAndATeam) {
  config().quotas.user.sessions = 2;
  config().quotas.team.sessions = 3;
  Configure();
  Finish(Bind(Id(1)));
  Finish(Bind(Id(2)));
  Decision third = Bind(Id(3));
  EXPECT_EQ(third.refusal.code, Code::kResourceExhausted);
  EXPECT_THAT(third.refusal.message, HasSubstr("user 'alice' has 2 sessions and may have 2"));
  EXPECT_FALSE(third.refusal.retry_after);
  for (int i = 4; i < 6; ++i) {
    Call bobs = Execute(Id(i));
    bobs.identity = Verified("bob");
    third = sessions().OnCall(bobs);
  }
  EXPECT_THAT(third.refusal.message, HasSubstr("team 'default' has 3 sessions"));
  Finish(sessions().OnCall(Of(Method::kReleaseSession, Id(1))));
  EXPECT_EQ(Bind(Id(3)).kind, Kind::kForward);
  sessions().ServerLost(1);
  ServerReady(2);
  EXPECT_EQ(Bind(Id(7)).kind, Kind::kForward);
  EXPECT_EQ(Bind(Id(8)).kind, Kind::kForward);
  EXPECT_EQ(Bind(Id(9)).kind, Kind::kRefuse);
}

TEST_F(QuotasTest, RunningOperations) {
  config().quotas.users["alice"].operations = 1;
  Configure();
  const Decision running = Bind(Id(1));
  EXPECT_THAT(Bind(Id(1)).refusal.message, HasSubstr("user 'alice' has 1 running operations and may have 1"));
  // Whoever lost the stream of what runs gets it back.
  EXPECT_EQ(sessions().OnCall(Reattach(Id(1), "op")).kind, Kind::kForward);
  EXPECT_EQ(sessions().OnCall(Of(Method::kAnalyzePlan, Id(1))).kind, Kind::kForward);
  Call bobs = Execute(Id(2));
  bobs.identity = Verified("bob");
  EXPECT_EQ(sessions().OnCall(bobs).kind, Kind::kForward);
  Finish(running);
  EXPECT_EQ(Bind(Id(1)).kind, Kind::kRefuse);  // the attached stream
}

TEST_F(QuotasTest, RequestsPerSecond) {
  config().quotas.user.requests_per_second = 2;
  Configure();
  const Call analyze = Of(Method::kAnalyzePlan, Id(1));
  EXPECT_EQ(sessions().OnCall(analyze).kind, Kind::kForward);
  EXPECT_EQ(sessions().OnCall(analyze).kind, Kind::kForward);
  const Decision refused = sessions().OnCall(analyze);
  EXPECT_EQ(refused.refusal.code, Code::kResourceExhausted);
  EXPECT_EQ(refused.refusal.retry_after, std::chrono::milliseconds(500));
  EXPECT_EQ(sessions().OnCall(Of(Method::kReleaseExecute, Id(1))).kind, Kind::kForward);
  Pass(std::chrono::milliseconds(500));
  EXPECT_EQ(sessions().OnCall(analyze).kind, Kind::kForward);
  EXPECT_EQ(sessions().OnCall(analyze).kind, Kind::kRefuse);
}

TEST_F(QuotasTest, ARefusedFirstExecutionComesAgain) {
  config().quotas.user.requests_per_second = 1;
  Configure();
  sessions().OnCall(AskPlanCompression(Id(1)));
  EXPECT_EQ(sessions().OnCall(Execute(Id(1), "first")).refusal.code, Code::kResourceExhausted);
  Pass(seconds(1));
  EXPECT_EQ(Condition(Reattach(Id(1), "first")), "INVALID_HANDLE.OPERATION_NOT_FOUND");
}

}  // namespace
}  // namespace firesteel::gateway
