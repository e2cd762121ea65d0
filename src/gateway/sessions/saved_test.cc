#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "gateway/sessions/testing/caller.h"

namespace firesteel::gateway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = Decision::Kind;
using State = SavedSession::State;

class SavedTest : public CallerTest {
 protected:
  SavedTest() { ServerReady(1); }

  /// What a file would hold now.
  const std::map<std::string, SavedSession>& Saved() {
    for (const Effect& effect : AllEffects()) {
      if (effect.kind != Effect::Kind::kSave) continue;
      if (effect.saved->state == State::kForgotten) {
        saved_.erase(effect.saved->id);
      } else {
        saved_[effect.saved->id] = *effect.saved;
      }
    }
    return saved_;
  }
  /// The gateway ends, and another begins that restores server 1 or not.
  void Restart(bool server_lives = true) {
    const auto saved = Saved();
    BeginAnew();
    if (server_lives) sessions().RestoreServer(1, "main");
    for (const auto& [id, session] : saved) sessions().RestoreSession(session);
  }
  void SetUp(const std::string& id) {
    const Decision first = Bind(id);
    sessions().ReplayDone(first.ticket, "own");
    Finish(first);
  }

 private:
  std::map<std::string, SavedSession> saved_;
};

TEST_F(SavedTest, ASessionGoesOnWhereItWas) {
  SetUp(Id(1));
  Restart();
  const Decision next = Bind(Id(1));
  EXPECT_EQ(next.kind, Kind::kForward);
  EXPECT_EQ(next.server, 1u);
  EXPECT_EQ(next.route.environment, "prod");
  EXPECT_FALSE(next.replays || next.waits) << "its server knows it";
  EXPECT_EQ(sessions().OnCall(Reattach(Id(1), "op")).kind, Kind::kForward);
  // New ones must wait until the server has answered.
  EXPECT_EQ(Bind(Id(2)).kind, Kind::kRefuse);
  ServerReady(1);
  EXPECT_EQ(Bind(Id(2)).kind, Kind::kForward);
}

TEST_F(SavedTest, AClientKeepsTheIdThatItWasTold) {
  const Decision kept = sessions().OnCall(Set(Id(1), {{"a", "1"}}));
  Call execute = Execute(Id(1));
  execute.fields.observed_session = kept.told_session;
  const Decision first = sessions().OnCall(execute);
  sessions().ReplayDone(first.ticket, "own");
  Finish(first);
  Restart();
  const Decision next = sessions().OnCall(execute);
  EXPECT_EQ(next.kind, Kind::kForward);
  EXPECT_EQ(next.told_session, kept.told_session);
  EXPECT_EQ(next.server_session, "own");
  EXPECT_FALSE(next.replays);
}

TEST_F(SavedTest, ASessionWhoseServerIsGoneIsLost) {
  SetUp(Id(1));
  Restart(false);
  ServerReady(2);
  EXPECT_EQ(Condition(Execute(Id(1))), "INVALID_HANDLE.SESSION_CHANGED");
  EXPECT_EQ(Condition(Reattach(Id(1), "op")), "INVALID_HANDLE.SESSION_CHANGED");
}

TEST_F(SavedTest, ASessionWhoseServerIsLostLaterIsLost) {
  SetUp(Id(1));
  Restart();
  sessions().ServerLost(1);
  ServerReady(2);
  EXPECT_EQ(Condition(Execute(Id(1))), "INVALID_HANDLE.SESSION_CHANGED");
}

TEST_F(SavedTest, WhatWasNotSetUpCannotGoOn) {
  Bind(Id(1));                                  // its settings were on their way
  sessions().OnCall(Set(Id(2), {{"a", "1"}}));  // kept for the server that it was to get
  Restart();
  ServerReady(1);
  EXPECT_EQ(Condition(Execute(Id(1))), "INVALID_HANDLE.SESSION_CHANGED");
  EXPECT_EQ(Condition(Execute(Id(2))), "INVALID_HANDLE.SESSION_CHANGED") << "never without its settings";
}

TEST_F(SavedTest, EndedSessionsStayClosed) {
  SetUp(Id(1));
  Finish(sessions().OnCall(Of(Method::kReleaseSession, Id(1))));
  SetUp(Id(2));
  EXPECT_TRUE(sessions().EndSession("alice", Id(2)));
  Restart();
  ServerReady(1);
  EXPECT_EQ(Condition(Execute(Id(1))), "INVALID_HANDLE.SESSION_CLOSED");
  EXPECT_EQ(Condition(Execute(Id(2))), "INVALID_HANDLE.SESSION_CHANGED");
  // No longer than any client tries.
  EXPECT_THAT(Saved(), SizeIs(2));
  Pass(minutes(61));
  EXPECT_THAT(Saved(), IsEmpty());
}

TEST_F(SavedTest, LifetimesGoOn) {
  config().environments[0].lifetimes = {hours(10), hours(4)};
  Configure();
  SetUp(Id(1));
  Pass(hours(3));
  SetUp(Id(1));
  Restart();
  ServerReady(1);
  ASSERT_EQ(Saved().at(Id(1)).state, State::kBound);
  Pass(minutes(70));
  EXPECT_EQ(Condition(Execute(Id(1))), "INVALID_HANDLE.SESSION_CHANGED");
}

TEST_F(SavedTest, QuotasCountWhatGoesOn) {
  config().quotas.user.sessions = 1;
  Configure();
  SetUp(Id(1));
  Restart();
  ServerReady(1);
  EXPECT_EQ(Bind(Id(2)).refusal.code, Code::kResourceExhausted);
}

}  // namespace
}  // namespace firesteel::gateway
