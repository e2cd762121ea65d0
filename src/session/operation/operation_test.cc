#include "session/operation/operation.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.h"

namespace firesteel::session {
namespace {

using Kind = Operation::Step::Kind;

class OperationTest : public testing::Test {
 protected:
  OperationPtr Make(bool reattachable = true) {
    return std::make_shared<Operation>("op", "plan", std::vector<std::string>{"tag"}, reattachable, limits_, clock_);
  }
  static ByteSlices Bytes(size_t size) { return {ByteSlice::Of(std::string(size, 'x'))}; }
  static std::string ConditionOf(const ErrorRecordPtr& error) { return error ? error->condition : ""; }
  template <class Body>
  static std::string Refusal(const Body& body) {
    try {
      body();
      return "";
    } catch (const QueryError& error) {
      return error.condition();
    }
  }
  /// Ids of the responses that come without waiting.
  static std::vector<std::string> Drain(Operation& operation, Operation::Attachment attachment) {
    std::vector<std::string> ids;
    while (true) {
      auto step = operation.Next(attachment);
      if (step.kind != Kind::kResponse) return ids;
      ids.push_back(step.response->id);
    }
  }

  using Ids = std::vector<std::string>;
  ManualClock clock_;
  Operation::Limits limits_;
};

TEST_F(OperationTest, StreamsInOrderAndEnds) {
  auto operation = Make();
  int wakes = 0;
  auto attachment = operation->Attach("", [&] { ++wakes; });
  EXPECT_EQ(operation->Next(attachment).kind, Kind::kWait);
  operation->Push("a", Bytes(1));
  operation->Push("b", Bytes(1));
  EXPECT_EQ(wakes, 2);
  EXPECT_EQ(Drain(*operation, attachment), (Ids{"a", "b"}));
  operation->Succeed();
  EXPECT_EQ(wakes, 3);
  EXPECT_EQ(operation->Next(attachment).kind, Kind::kEnd);
  EXPECT_EQ(operation->state(), OperationState::kSucceeded);
}

TEST_F(OperationTest, HasSucceededWhenItsLastResponseIsRead) {
  auto operation = Make();
  std::vector<OperationState> seen;
  std::vector<bool> last;
  auto attachment = operation->Attach("", nullptr);
  attachment = operation->Attach("", [&] {
    const auto step = operation->Next(attachment);
    if (step.kind == Kind::kResponse) seen.push_back(operation->state());
    last.push_back(step.is_last);
  });
  operation->Push("first", Bytes(1));
  operation->Succeed("last", Bytes(1));
  EXPECT_EQ(seen, (std::vector{OperationState::kQueued, OperationState::kSucceeded}));
  EXPECT_EQ(last, (std::vector{false, true}));
  EXPECT_FALSE(operation->Interrupt()) << "it is over, so releasing it is no cancelling";
  EXPECT_EQ(operation->Next(attachment).kind, Kind::kEnd);
  operation->Succeed("again", Bytes(1));
  EXPECT_EQ(operation->Next(attachment).kind, Kind::kEnd);
}

TEST_F(OperationTest, ReplaysAfterReattach) {
  auto operation = Make();
  auto first = operation->Attach("", nullptr);
  for (const char* id : {"a", "b", "c"}) operation->Push(id, Bytes(1));
  operation->Succeed();
  EXPECT_EQ(Drain(*operation, first).size(), 3u);
  auto second = operation->Attach("a", nullptr);
  EXPECT_EQ(ConditionOf(operation->Next(first).error), "INVALID_CURSOR.DISCONNECTED");
  EXPECT_EQ(Drain(*operation, second), (Ids{"b", "c"}));
  EXPECT_EQ(Drain(*operation, operation->Attach("", nullptr)), (Ids{"a", "b", "c"}));
  EXPECT_EQ(operation->Next(operation->Attach("c", nullptr)).kind, Kind::kEnd);
  EXPECT_EQ(Refusal([&] { operation->Attach("zzz", nullptr); }), "INVALID_CURSOR.POSITION_NOT_FOUND");
}

TEST_F(OperationTest, ReleasesUpToAPosition) {
  auto operation = Make();
  auto attachment = operation->Attach("", nullptr);
  for (const char* id : {"a", "b", "c"}) operation->Push(id, Bytes(1));
  operation->Succeed();
  Drain(*operation, attachment);
  operation->ReleaseUntil("b");
  auto step = operation->Next(operation->Attach("", nullptr));
  EXPECT_EQ(ConditionOf(step.error), "INVALID_CURSOR.POSITION_NOT_AVAILABLE");
  EXPECT_EQ(step.error->parameters, (ErrorParameters{{"index", "1"}, {"responseId", "a"}}));
  EXPECT_EQ(Drain(*operation, operation->Attach("b", nullptr)), (Ids{"c"}));
  EXPECT_EQ(Refusal([&] { operation->ReleaseUntil("zzz"); }), "INVALID_CURSOR.POSITION_NOT_FOUND");
  operation->ReleaseUntil("a");  // again, harmless
}

TEST_F(OperationTest, KeepsOnlySoMuchForReplay) {
  limits_.replay_bytes = 10;
  auto operation = Make();
  auto attachment = operation->Attach("", nullptr);
  for (const char* id : {"a", "b", "c"}) operation->Push(id, Bytes(6));
  EXPECT_EQ(Drain(*operation, attachment).size(), 3u);
  EXPECT_EQ(ConditionOf(operation->Next(operation->Attach("", nullptr)).error),
            "INVALID_CURSOR.POSITION_NOT_AVAILABLE");
  EXPECT_EQ(Drain(*operation, operation->Attach("b", nullptr)), (Ids{"c"}));
}

TEST_F(OperationTest, KeepsLessWhenAllTogetherHoldTooMuch) {
  limits_.budget = std::make_shared<BufferBudget>(1000);
  limits_.scarce_replay_bytes = 100;
  auto other = Make();
  auto operation = Make();
  auto attachment = operation->Attach("", nullptr);
  for (const char* id : {"a", "b", "c"}) operation->Push(id, Bytes(150));
  EXPECT_EQ(Drain(*operation, attachment).size(), 3u);
  EXPECT_EQ(limits_.budget->held(), 450);
  other->Push("x", Bytes(900));
  operation->Push("d", Bytes(150));
  Drain(*operation, attachment);
  EXPECT_EQ(limits_.budget->held(), 900 + 150);
  EXPECT_EQ(Refusal([&] { operation->Attach("zz", nullptr); }), "INVALID_CURSOR.POSITION_NOT_FOUND");

  // A run that is one response ahead waits for its reader.
  operation->Push("e", Bytes(1));
  std::atomic<bool> pushed{false};
  std::thread run([&] {
    operation->Push("f", Bytes(1));
    pushed = true;
  });
  while (operation->state() != OperationState::kParked) std::this_thread::yield();
  EXPECT_FALSE(pushed);
  Drain(*operation, attachment);
  run.join();
  other.reset();
  operation->ReleaseAll();
  EXPECT_EQ(limits_.budget->held(), 0);
}

TEST_F(OperationTest, ReplaysErrorsToo) {
  auto operation = Make();
  auto attachment = operation->Attach("", nullptr);
  operation->Push("a", Bytes(1));
  auto error = std::make_shared<ErrorRecord>();
  error->condition = "DIVIDE_BY_ZERO";
  operation->Fail(error);
  EXPECT_EQ(Drain(*operation, attachment), (Ids{"a"}));
  EXPECT_EQ(ConditionOf(operation->Next(attachment).error), "DIVIDE_BY_ZERO");
  attachment = operation->Attach("", nullptr);
  EXPECT_EQ(Drain(*operation, attachment), (Ids{"a"}));
  EXPECT_EQ(ConditionOf(operation->Next(attachment).error), "DIVIDE_BY_ZERO");
}

TEST_F(OperationTest, ParksAheadOfASlowStream) {
  limits_.ahead_bytes = 10;
  auto operation = Make();
  operation->MarkRunning();
  std::atomic<int> pushed{0};
  std::thread run([&] {
    for (int i = 0; i < 5; ++i) {
      operation->Push(std::to_string(i), Bytes(6));
      ++pushed;
    }
    operation->Succeed();
  });
  while (operation->state() != OperationState::kParked) std::this_thread::yield();
  EXPECT_EQ(pushed, 1);
  auto attachment = operation->Attach("", nullptr);
  int taken = 0;
  while (true) {
    auto step = operation->Next(attachment);
    if (step.kind == Kind::kEnd) break;
    if (step.kind == Kind::kResponse) ++taken;
    EXPECT_LE(pushed, taken + 2);
  }
  run.join();
  EXPECT_EQ(taken, 5);
}

TEST_F(OperationTest, LeavesOutWhatMayBeMissingForASlowStream) {
  auto operation = Make();
  auto attachment = operation->Attach("", nullptr);
  EXPECT_TRUE(operation->TryPush("a", Bytes(1)));
  EXPECT_FALSE(operation->TryPush("b", Bytes(1))) << "nobody has taken the first one";
  EXPECT_EQ(Drain(*operation, attachment), (Ids{"a"}));
  EXPECT_TRUE(operation->TryPush("c", Bytes(1)));
  EXPECT_EQ(Drain(*operation, attachment), (Ids{"c"}));
  operation->Succeed();
  EXPECT_FALSE(operation->TryPush("d", Bytes(1)));
  EXPECT_EQ(operation->Next(attachment).kind, Kind::kEnd);
}

TEST_F(OperationTest, InterruptFreesAParkedRun) {
  limits_.ahead_bytes = 1;
  auto operation = Make();
  auto attachment = operation->Attach("", nullptr);
  std::string refusal;
  std::thread run([&] {
    operation->Push("a", Bytes(5));
    refusal = Refusal([&] { operation->Push("b", Bytes(5)); });
    operation->Fail(std::make_shared<ErrorRecord>());  // whatever the run says afterwards
  });
  while (operation->state() != OperationState::kParked) std::this_thread::yield();
  EXPECT_TRUE(operation->Interrupt());
  run.join();
  EXPECT_EQ(refusal, "OPERATION_CANCELED");
  EXPECT_TRUE(operation->cancel_token()->cancelled());
  EXPECT_EQ(ConditionOf(operation->Next(attachment).error), "OPERATION_CANCELED");
  EXPECT_EQ(operation->state(), OperationState::kCanceled);
  EXPECT_FALSE(operation->Interrupt());
}

TEST_F(OperationTest, ReleaseAllCutsTheStreamOff) {
  auto operation = Make();
  int wakes = 0;
  auto attachment = operation->Attach("", [&] { ++wakes; });
  operation->ReleaseAll();
  EXPECT_GE(wakes, 1);
  EXPECT_EQ(ConditionOf(operation->Next(attachment).error), "INVALID_CURSOR.DISCONNECTED");
  EXPECT_EQ(Refusal([&] { operation->Push("a", Bytes(1)); }), "OPERATION_CANCELED");
}

TEST_F(OperationTest, LongStreamsEndInSegments) {
  auto operation = Make();
  int wakes = 0;
  auto attachment = operation->Attach("", [&] { ++wakes; });
  EXPECT_EQ(operation->Next(attachment).kind, Kind::kWait);
  clock_.Advance(121'000'000);
  operation->Tick();
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(operation->Next(attachment).kind, Kind::kSegmentEnd);
  auto plain = Make(false);
  attachment = plain->Attach("", nullptr);
  clock_.Advance(121'000'000);
  EXPECT_EQ(plain->Next(attachment).kind, Kind::kWait);
  limits_.segment_bytes = 5;
  operation = Make();
  attachment = operation->Attach("", nullptr);
  operation->Push("a", Bytes(6));
  operation->Push("b", Bytes(6));
  EXPECT_EQ(Drain(*operation, attachment), (Ids{"a"}));
  EXPECT_EQ(operation->Next(attachment).kind, Kind::kSegmentEnd);
  EXPECT_EQ(Drain(*operation, operation->Attach("a", nullptr)), (Ids{"b"}));
}

TEST_F(OperationTest, ARequestGoesWithAnInterruption) {
  auto request = std::make_shared<int>(7);
  auto operation = Make();
  operation->Prepare(nullptr, request);
  EXPECT_EQ(request.use_count(), 2);
  EXPECT_EQ(operation->TakeRequest(), request);
  EXPECT_EQ(operation->TakeRequest(), nullptr);
  operation = Make();
  operation->Prepare(nullptr, request);
  operation->Interrupt();
  EXPECT_EQ(request.use_count(), 1);
  EXPECT_EQ(operation->TakeRequest(), nullptr);
}

TEST_F(OperationTest, KnowsSinceWhenItIsAlone) {
  auto operation = Make();
  EXPECT_TRUE(operation->detached_since().has_value());
  auto attachment = operation->Attach("", nullptr);
  EXPECT_FALSE(operation->detached_since().has_value());
  operation->Detach(attachment);
  EXPECT_TRUE(operation->detached_since().has_value());
}

}  // namespace
}  // namespace firesteel::session
