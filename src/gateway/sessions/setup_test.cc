#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/sessions/testing/caller.h"

namespace firesteel::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class SetupTest : public CallerTest {
 protected:
  SetupTest() { ServerReady(1); }

  /// The kResume effects since the last time anybody looked.
  std::vector<Effect> Resumed() {
    std::vector<Effect> resumed = Effects();
    std::erase_if(resumed, [](const Effect& effect) { return effect.kind != Effect::Kind::kResume; });
    return resumed;
  }
};

TEST_F(SetupTest, OneOfTheFirstCallsSetsTheSessionUp) {
  const Decision first = Bind(Id(1));
  const Decision second = sessions().OnCall(Execute(Id(1), "op2"));
  const Decision third = sessions().OnCall(Of(Method::kAnalyzePlan, Id(1)));
  EXPECT_TRUE(first.replays);
  EXPECT_FALSE(first.waits);
  EXPECT_THAT(first.replay, ElementsAre(Pair("spark.env", "prod")));
  for (const Decision* waiting : {&second, &third}) {
    EXPECT_EQ(waiting->kind, Decision::Kind::kForward);
    EXPECT_EQ(waiting->server, 1u);
    EXPECT_TRUE(waiting->waits);
    EXPECT_FALSE(waiting->replays);
    EXPECT_THAT(waiting->replay, IsEmpty());
  }
  EXPECT_THAT(Resumed(), IsEmpty());
  sessions().ReplayDone(first.ticket, "own");
  const auto resumed = Resumed();
  ASSERT_THAT(resumed, SizeIs(2));
  EXPECT_EQ(resumed[0].ticket, second.ticket);
  EXPECT_EQ(resumed[1].ticket, third.ticket);
  for (const Effect& effect : resumed) {
    EXPECT_FALSE(effect.resumption->replays);
    EXPECT_FALSE(effect.resumption->ended);
    EXPECT_EQ(effect.resumption->server_session, "own");
  }
  for (const Decision* call : {&first, &second, &third}) Finish(*call);
  EXPECT_THAT(Resumed(), IsEmpty());
  const Decision later = Bind(Id(1));
  EXPECT_FALSE(later.waits || later.replays);
}

TEST_F(SetupTest, WhenItFailsTheNextOneTries) {
  const Decision first = Bind(Id(1));
  const Decision second = sessions().OnCall(Execute(Id(1), "op2"));
  const Decision gone = sessions().OnCall(Execute(Id(1), "op3"));
  const Decision fourth = sessions().OnCall(Execute(Id(1), "op4"));
  Resumed();
  sessions().CallEnded(gone.ticket, CallEnd::kClientGone, false);
  EXPECT_THAT(Resumed(), IsEmpty());
  sessions().CallEnded(first.ticket, CallEnd::kClientGone, false);
  auto resumed = Resumed();
  ASSERT_THAT(resumed, SizeIs(1));
  EXPECT_EQ(resumed[0].ticket, second.ticket);
  EXPECT_TRUE(resumed[0].resumption->replays);
  EXPECT_THAT(resumed[0].resumption->replay, ElementsAre(Pair("spark.env", "prod")));
  EXPECT_TRUE(sessions().OnCall(Execute(Id(1), "op5")).waits);
  sessions().CallEnded(second.ticket, CallEnd::kDone, false);
  resumed = Resumed();
  ASSERT_THAT(resumed, SizeIs(1));
  EXPECT_EQ(resumed[0].ticket, fourth.ticket);
  sessions().ReplayDone(fourth.ticket, "own");
  EXPECT_THAT(Resumed(), SizeIs(1));
}

TEST_F(SetupTest, NobodyWaitsForASessionThatWasEnded) {
  const Decision first = Bind(Id(1));
  const Decision second = sessions().OnCall(Execute(Id(1), "op2"));
  Resumed();
  EXPECT_TRUE(sessions().EndSession("alice", Id(1)));
  const auto resumed = Resumed();
  ASSERT_THAT(resumed, SizeIs(1));
  EXPECT_EQ(resumed[0].ticket, second.ticket);
  EXPECT_TRUE(resumed[0].resumption->ended);
  sessions().ReplayDone(first.ticket, "own");
  Finish(first);
  sessions().CallEnded(second.ticket, CallEnd::kServerLost, false);
  EXPECT_THAT(Resumed(), IsEmpty());
}

}  // namespace
}  // namespace firesteel::gateway
