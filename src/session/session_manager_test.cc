#include "session/session_manager.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/uuid.h"

namespace firesteel::session {
namespace {

class SessionManagerTest : public testing::Test {
 protected:
  static SessionManager::Options Options(int* closed) {
    SessionManager::Options options;
    options.on_close = [closed](SessionState&) { ++*closed; };
    return options;
  }
  template <class Body>
  static std::string Refusal(const Body& body) {
    try {
      body();
      return "";
    } catch (const QueryError& error) {
      return error.condition();
    }
  }

  int closed_ = 0;
  ManualClock clock_;
  SessionManager manager_{Options(&closed_), clock_};
  const std::string id_ = NewUuid();
};

TEST_F(SessionManagerTest, MakesOnceAndFinds) {
  EXPECT_EQ(Refusal([&] { manager_.Get("u", id_, ""); }), "INVALID_HANDLE.SESSION_NOT_FOUND");
  EXPECT_EQ(Refusal([&] { manager_.Get("u", id_, "of another server"); }), "INVALID_HANDLE.SESSION_CHANGED");
  auto session = manager_.GetOrCreate("u", id_, "");
  EXPECT_EQ(manager_.GetOrCreate("u", id_, ""), session);
  EXPECT_EQ(manager_.Get("u", id_, session->server_side_id()), session);
  EXPECT_NE(manager_.GetOrCreate("other", id_, ""), session);
  EXPECT_TRUE(IsUuid(session->server_side_id()));
  EXPECT_EQ(Refusal([&] { manager_.GetOrCreate("u", "abc", ""); }), "INVALID_HANDLE.FORMAT");
  EXPECT_EQ(Refusal([&] { manager_.GetOrCreate("u", id_, NewUuid()); }), "INVALID_HANDLE.SESSION_CHANGED");
  EXPECT_EQ(Refusal([&] { manager_.GetOrCreate("u", NewUuid(), NewUuid()); }), "INVALID_HANDLE.SESSION_CHANGED");
}

TEST_F(SessionManagerTest, KeepsWithinItsLimits) {
  auto options = Options(&closed_);
  options.limits.max_sessions = 3;
  options.limits.max_sessions_per_user = 2;
  options.limits.max_operations = 2;
  options.limits.max_user_id_bytes = 5;
  SessionManager manager(options, clock_);
  const char* kRefused = "SERVER_LIMIT_EXCEEDED";
  auto session = manager.GetOrCreate("u", id_, "");
  EXPECT_EQ(Refusal([&] { manager.GetOrCreate("longer", NewUuid(), ""); }), kRefused);
  const std::string second = NewUuid();
  manager.GetOrCreate("u", second, "");
  EXPECT_EQ(Refusal([&] { manager.GetOrCreate("u", NewUuid(), ""); }), kRefused);
  EXPECT_EQ(Refusal([&] { manager.Clone(session, NewUuid()); }), kRefused);
  EXPECT_EQ(manager.GetOrCreate("u", id_, ""), session);
  manager.GetOrCreate("v", id_, "");
  EXPECT_EQ(Refusal([&] { manager.GetOrCreate("w", NewUuid(), ""); }), kRefused);
  manager.Release("u", second, false);
  manager.GetOrCreate("w", NewUuid(), "");
  EXPECT_EQ(Refusal([&] { manager.GetOrCreate("u", NewUuid(), ""); }), kRefused);

  auto operation = session->StartOperation(NewUuid(), "p", {}, true).operation;
  session->StartOperation(NewUuid(), "p", {}, true);
  EXPECT_EQ(Refusal([&] { session->StartOperation(NewUuid(), "p", {}, true); }), kRefused);
  operation->Succeed();
  EXPECT_EQ(Refusal([&] { session->StartOperation(NewUuid(), "p", {}, true); }), "") << "what ended does not count";
}

TEST_F(SessionManagerTest, ForgetsWhatNobodyReleases) {
  auto session = manager_.GetOrCreate("u", id_, "");
  std::vector<std::string> ids;
  for (int i = 0; i < 1010; ++i) {
    ids.push_back(NewUuid());
    session->StartOperation(ids.back(), "p", {}, true).operation->Succeed();
    clock_.Advance(1'000);
  }
  manager_.Sweep();
  EXPECT_EQ(Refusal([&] { session->RequireOperation(ids[9]); }), "INVALID_HANDLE.OPERATION_ABANDONED");
  EXPECT_NE(session->FindOperation(ids[10]), nullptr);
}

TEST_F(SessionManagerTest, EndsTheLongestDetachedWhenCrowded) {
  bool crowded = false;
  auto options = Options(&closed_);
  options.is_crowded = [&] { return crowded; };
  SessionManager manager(options, clock_);
  std::vector<OperationPtr> operations;
  for (int i = 0; i < 3; ++i) {
    auto session = manager.GetOrCreate("u", NewUuid(), "");
    operations.push_back(session->StartOperation(NewUuid(), "p", {}, true).operation);
    operations.back()->MarkRunning();
    clock_.Advance(1'000);
  }
  operations[0]->Attach("", nullptr);
  manager.Sweep();
  crowded = true;
  manager.Sweep();
  EXPECT_EQ(operations[0]->state(), OperationState::kRunning) << "it has a stream";
  EXPECT_EQ(operations[1]->state(), OperationState::kCanceled);
  EXPECT_EQ(operations[2]->state(), OperationState::kRunning);
}

TEST_F(SessionManagerTest, PeekingMakesNothing) {
  auto peeked = manager_.GetOrPeek("u", id_, "");
  EXPECT_EQ(manager_.size(), 0u);
  auto session = manager_.GetOrCreate("u", id_, peeked->server_side_id());
  EXPECT_EQ(session->server_side_id(), peeked->server_side_id());
  EXPECT_EQ(manager_.GetOrPeek("u", id_, ""), session);
}

TEST_F(SessionManagerTest, ReleasedSessionsStayClosed) {
  auto session = manager_.GetOrCreate("u", id_, "");
  auto operation = session->StartOperation(NewUuid(), "p", {}, true).operation;
  EXPECT_EQ(manager_.Release("u", id_, false), session->server_side_id());
  EXPECT_EQ(closed_, 1);
  EXPECT_EQ(operation->state(), OperationState::kCanceled);
  EXPECT_EQ(manager_.Release("u", id_, false), "");
  EXPECT_EQ(Refusal([&] { manager_.GetOrCreate("u", id_, ""); }), "INVALID_HANDLE.SESSION_CLOSED");
  EXPECT_EQ(Refusal([&] { manager_.Get("u", id_, ""); }), "INVALID_HANDLE.SESSION_CLOSED");
  EXPECT_EQ(manager_.Release("u", NewUuid(), false), "");
}

TEST_F(SessionManagerTest, ReleasedToComeBackIsAnotherOne) {
  const std::string before = manager_.GetOrCreate("u", id_, "")->server_side_id();
  manager_.Release("u", id_, true);
  EXPECT_NE(manager_.GetOrCreate("u", id_, "")->server_side_id(), before);
}

TEST_F(SessionManagerTest, IdleSessionsEnd) {
  manager_.GetOrCreate("u", id_, "");
  clock_.Advance(3'599'000'000);
  manager_.Sweep();
  EXPECT_EQ(manager_.size(), 1u);
  manager_.GetOrCreate("u", id_, "");  // counts as use
  clock_.Advance(3'599'000'000);
  manager_.Sweep();
  EXPECT_EQ(manager_.size(), 1u);
  clock_.Advance(2'000'000);
  manager_.Sweep();
  EXPECT_EQ(manager_.size(), 0u);
  EXPECT_EQ(Refusal([&] { manager_.Get("u", id_, ""); }), "INVALID_HANDLE.SESSION_CLOSED");
}

TEST_F(SessionManagerTest, OperationsByIdAndRequest) {
  auto session = manager_.GetOrCreate("u", id_, "");
  const std::string op = NewUuid();
  auto started = session->StartOperation(op, "plan", {"t"}, true);
  EXPECT_TRUE(started.is_new);
  auto again = session->StartOperation(op, "plan", {"t"}, true);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.operation, started.operation);
  EXPECT_EQ(Refusal([&] { session->StartOperation(op, "other", {}, true); }),
            "INVALID_HANDLE.OPERATION_ALREADY_EXISTS");
  EXPECT_EQ(Refusal([&] { session->RequireOperation(NewUuid()); }), "INVALID_HANDLE.OPERATION_NOT_FOUND");
  EXPECT_EQ(session->StatusOf(op), OperationStatus::kRunning);
  EXPECT_TRUE(session->Interrupt([](const Operation& o) { return o.tags().empty(); }).empty());
  EXPECT_EQ(session->Interrupt([](const Operation&) { return true; }), std::vector<std::string>{op});
  session->CloseOperation(op);
  EXPECT_EQ(session->StatusOf(op), OperationStatus::kCanceled);
  EXPECT_EQ(Refusal([&] { session->RequireOperation(op); }), "INVALID_HANDLE.OPERATION_NOT_FOUND");
  EXPECT_EQ(Refusal([&] { session->StartOperation(op, "plan", {}, true); }), "INVALID_HANDLE.OPERATION_ABANDONED");
}

TEST_F(SessionManagerTest, AbandonedOperationsEnd) {
  auto session = manager_.GetOrCreate("u", id_, "");
  const std::string op = NewUuid();
  auto operation = session->StartOperation(op, "plan", {}, true).operation;
  auto attachment = operation->Attach("", nullptr);
  clock_.Advance(301'000'000);
  manager_.Sweep();
  EXPECT_NE(session->FindOperation(op), nullptr);
  operation->Detach(attachment);
  clock_.Advance(301'000'000);
  manager_.Sweep();
  EXPECT_EQ(session->FindOperation(op), nullptr);
  EXPECT_TRUE(operation->cancel_token()->cancelled());
  EXPECT_EQ(Refusal([&] { session->RequireOperation(op); }), "INVALID_HANDLE.OPERATION_ABANDONED");
}

TEST_F(SessionManagerTest, ClonesTakeEverythingOver) {
  auto session = manager_.GetOrCreate("u", id_, "");
  session->state().configuration().Set("spark.sql.ansi.enabled", "false");
  session->state().temp_views().Put({.name = "v"}, false);
  std::vector<std::unique_ptr<StagedArtifact>> sent;
  sent.push_back(session->state().artifacts().Stage(ParseArtifactName("cache/h")));
  sent.back()->Append("bytes");
  session->state().artifacts().Commit(std::move(sent));
  auto clone = manager_.Clone(session, NewUuid());
  EXPECT_FALSE(clone->state().Settings().ansi);
  EXPECT_NE(clone->state().temp_views().Find("V"), nullptr);
  manager_.Release("u", id_, false);
  EXPECT_FALSE(session->state().artifacts().HasCached("h"));
  EXPECT_EQ(clone->state().artifacts().FindCached("h")->view(), "bytes");
  clone->state().temp_views().Drop("v");
  EXPECT_NE(session->state().temp_views().Find("v"), nullptr);
}

TEST_F(SessionManagerTest, SettingsFollowTheConfiguration) {
  auto session = manager_.GetOrCreate("u", id_, "");
  auto& configuration = session->state().configuration();
  EXPECT_TRUE(session->state().Settings().ansi);
  EXPECT_FALSE(session->state().Settings().size_of_null);
  configuration.Set("spark.sql.ansi.enabled", "false");
  configuration.Set("spark.sql.session.timeZone", "Asia/Tokyo");
  configuration.Set("spark.sql.timestampType", "timestamp_ntz");
  configuration.Set("spark.sql.caseSensitive", "true");
  const auto settings = session->state().Settings();
  EXPECT_TRUE(settings.size_of_null && settings.timestamp_ntz_default && settings.case_sensitive);
  EXPECT_EQ(settings.time_zone, "Asia/Tokyo");
  // Who runs the server, whatever name the client gave.
  EXPECT_FALSE(settings.user.empty());
  EXPECT_NE(settings.user, "u");
}

}  // namespace
}  // namespace firesteel::session
