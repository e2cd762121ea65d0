#include "gateway/http/applications.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "base/uuid.h"

namespace firesteel::gateway {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr int64_t kSecond = 1'000'000;

/// Decides as it is told, and keeps what it was asked.
class FakeHost final : public ApplicationHost {
 public:
  Decision Decide(const Call& call) override {
    calls.push_back(call);
    if (decisions.empty()) return Refused(Code::kInternal, "not expected");
    Decision decision = decisions.front();
    decisions.pop_front();
    return decision;
  }
  void Open(const Decision& decision, const std::string&, const ConfigPairs& pairs,
            std::function<void(std::optional<Refusal>)> done) override {
    opened.push_back(decision.ticket);
    config = pairs;
    waiting.push_back(std::move(done));
  }
  void EndSession(const std::string& user, const std::string& session_id) override {
    ended.emplace_back(user, session_id);
  }
  std::vector<SessionView> Sessions() override { return sessions; }

  static Decision Forward(ServerId server) {
    Decision decision;
    decision.kind = Decision::Kind::kForward;
    decision.server = server;
    decision.ticket = 42;
    decision.route = {"team", "test", "ann", "sjns-team-test"};
    return decision;
  }
  static Decision Refused(Code code, const std::string& message, std::optional<milliseconds> retry_after = {}) {
    Decision decision;
    decision.refusal = {.code = code, .message = message, .retry_after = retry_after};
    if (retry_after) decision.route = {"team", "test", "ann", ""};
    return decision;
  }
  static Decision Wait() { return Refused(Code::kUnavailable, "A server is being started.", milliseconds(1000)); }

  std::deque<Decision> decisions;
  std::vector<Call> calls;
  std::vector<uint64_t> opened;
  ConfigPairs config;
  std::vector<std::function<void(std::optional<Refusal>)>> waiting;
  std::vector<std::pair<std::string, std::string>> ended;
  std::vector<SessionView> sessions;
};

std::shared_ptr<const Identity> User(const std::string& name) {
  return std::make_shared<Identity>(Identity{.method = Identity::Method::kToken, .user = name});
}

class ApplicationsTest : public testing::Test {
 protected:
  Application Start(const std::string& user = "ann") {
    auto started = applications_.Start(User(user), {.name = "report", .environment = "test", .config = {{"k", "v"}}});
    if (const auto* refusal = std::get_if<Refusal>(&started)) ADD_FAILURE() << refusal->message;
    return std::get<Application>(started);
  }
  Application Get(const Application& application) {
    const Application* found = applications_.Find(application.id, *User(application.user), false);
    return found ? *found : Application{.reason = "forgotten"};
  }
  void Pass(int64_t micros) {
    clock_.Advance(micros);
    applications_.Tick();
  }
  Application Running() {
    host_.decisions = {FakeHost::Forward(7)};
    const Application application = Start();
    host_.waiting.back()(std::nullopt);
    host_.sessions.push_back({.session_id = application.session_id, .route = {.user = "ann"}, .state = "bound"});
    return application;
  }

  ManualClock clock_{1'000'000 * kSecond};
  FakeHost host_;
  Applications applications_{host_, clock_};
};

TEST_F(ApplicationsTest, AsksAsTheCallerAndSetsTheConfiguration) {
  host_.decisions = {FakeHost::Forward(7)};
  const Application application = Start();
  EXPECT_EQ(application.state, Application::State::kStarting);
  EXPECT_TRUE(IsUuid(application.id));
  EXPECT_TRUE(IsUuid(application.session_id));
  ASSERT_EQ(host_.calls.size(), 1u);
  const Call& call = host_.calls[0];
  EXPECT_EQ(call.method, Method::kConfig);
  EXPECT_EQ(call.identity->user, "ann");
  EXPECT_EQ(call.fields.session_id, application.session_id);
  EXPECT_EQ(call.hints.environment, "test");
  EXPECT_EQ(call.hints.user, "ann") << "a hint of some kind binds at once";
  EXPECT_FALSE(call.hints.team);
  EXPECT_THAT(host_.opened, ElementsAre(42));
  EXPECT_THAT(host_.config, ElementsAre(Pair("k", "v"), Pair("spark.app.name", "report")));
  host_.waiting[0](std::nullopt);
  const Application running = Get(application);
  EXPECT_EQ(running.state, Application::State::kRunning);
  EXPECT_EQ(running.server, 7u);
  EXPECT_EQ(running.route.team, "team");
  EXPECT_EQ(running.reason, "");
}

TEST_F(ApplicationsTest, WaitsAsLongAsItIsTold) {
  host_.decisions = {FakeHost::Wait()};
  const Application application = Start();
  EXPECT_EQ(application.state, Application::State::kStarting);
  EXPECT_EQ(application.reason, "A server is being started.");
  EXPECT_EQ(application.route.environment, "test");
  Pass(kSecond / 2);
  EXPECT_EQ(host_.calls.size(), 1u);
  host_.decisions = {FakeHost::Forward(7)};
  Pass(kSecond / 2);
  EXPECT_EQ(host_.calls.size(), 2u);
  Pass(10 * kSecond);
  EXPECT_EQ(host_.calls.size(), 2u) << "asked again while its server is being set up";
  host_.waiting[0](std::nullopt);
  EXPECT_EQ(Get(application).state, Application::State::kRunning);
}

TEST_F(ApplicationsTest, WhatIsRefusedAtOnceLeavesNothing) {
  host_.decisions = {FakeHost::Refused(Code::kInvalidArgument, "No such environment.")};
  const auto started = applications_.Start(User("ann"), {.name = "report"});
  ASSERT_TRUE(std::holds_alternative<Refusal>(started));
  EXPECT_EQ(std::get<Refusal>(started).message, "No such environment.");
  EXPECT_TRUE(applications_.List(*User("ann")).empty());
  EXPECT_EQ(host_.ended.size(), 1u) << "the draft goes";
}

TEST_F(ApplicationsTest, FailsWithTheReason) {
  host_.decisions = {FakeHost::Wait(), FakeHost::Refused(Code::kFailedPrecondition, "It did not start: exit status 1")};
  const Application application = Start();
  Pass(kSecond);
  EXPECT_EQ(Get(application).state, Application::State::kFailed);
  EXPECT_EQ(Get(application).reason, "It did not start: exit status 1");
  host_.decisions = {FakeHost::Forward(7)};
  const Application second = Start();
  host_.ended.clear();
  host_.waiting.back()(Refusal{.message = "The server refused it."});
  EXPECT_EQ(Get(second).state, Application::State::kFailed);
  EXPECT_EQ(Get(second).reason, "The server refused it.");
  EXPECT_THAT(host_.ended, ElementsAre(Pair("ann", second.session_id)));
}

TEST_F(ApplicationsTest, GivesUpAfterAQuarterOfAnHour) {
  host_.decisions.assign(1000, FakeHost::Wait());
  const Application application = Start();
  for (int i = 0; i < 899; ++i) Pass(kSecond);
  EXPECT_EQ(Get(application).state, Application::State::kStarting);
  Pass(kSecond);
  EXPECT_EQ(Get(application).state, Application::State::kFailed);
}

TEST_F(ApplicationsTest, EndsWithItsSession) {
  const Application lost = Running();
  const Application released = Running();
  Pass(2 * kSecond);
  EXPECT_EQ(Get(lost).state, Application::State::kRunning);
  host_.sessions[0].state = "lost";
  host_.sessions.pop_back();
  Pass(2 * kSecond);
  EXPECT_EQ(Get(lost).state, Application::State::kEnded);
  EXPECT_EQ(Get(released).state, Application::State::kEnded);
  EXPECT_THAT(Get(released).reason, HasSubstr("Its session is over"));
}

TEST_F(ApplicationsTest, EndReleasesTheSession) {
  const Application application = Running();
  EXPECT_FALSE(applications_.End(application.id, *User("bob"), false));
  EXPECT_TRUE(host_.ended.empty());
  EXPECT_TRUE(applications_.End(application.id, *User("ann"), false));
  EXPECT_TRUE(applications_.End(application.id, *User("ann"), false)) << "again";
  EXPECT_THAT(host_.ended, ElementsAre(Pair("ann", application.session_id)));
  EXPECT_EQ(Get(application).state, Application::State::kEnded);
}

TEST_F(ApplicationsTest, EndedWhileItsServerIsSetUpStaysEnded) {
  host_.decisions = {FakeHost::Forward(7)};
  const Application application = Start();
  EXPECT_TRUE(applications_.End(application.id, *User("root"), true));
  host_.waiting[0](std::nullopt);
  EXPECT_EQ(Get(application).state, Application::State::kEnded);
}

TEST_F(ApplicationsTest, AreTheirOwnersOnly) {
  const Application application = Running();
  EXPECT_EQ(applications_.Find(application.id, *User("bob"), false), nullptr);
  EXPECT_NE(applications_.Find(application.id, *User("bob"), true), nullptr);
  EXPECT_EQ(applications_.Find(application.id, Identity(), false), nullptr) << "anonymous";
  EXPECT_TRUE(applications_.List(*User("bob")).empty());
  const Application second = Running();
  const auto list = applications_.List(*User("ann"));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].id, second.id) << "the latest first";
}

TEST_F(ApplicationsTest, NobodyActsAsAnother) {
  const auto as = [&](std::shared_ptr<const Identity> identity, std::optional<std::string> user) {
    host_.decisions = {FakeHost::Forward(7)};
    const auto started = applications_.Start(std::move(identity), {.name = "report", .user = std::move(user)});
    const auto* refusal = std::get_if<Refusal>(&started);
    return refusal ? refusal->code : Code::kOk;
  };
  EXPECT_EQ(as(User("ann"), "bob"), Code::kPermissionDenied);
  EXPECT_EQ(as(User("ann"), "ann"), Code::kOk);
  EXPECT_EQ(as(std::make_shared<Identity>(), std::nullopt), Code::kInvalidArgument);
  EXPECT_EQ(as(std::make_shared<Identity>(), "carl"), Code::kOk);
  EXPECT_EQ(host_.calls.back().fields.claimed_user, "carl");
}

TEST_F(ApplicationsTest, AreBoundedAndForgotten) {
  std::vector<Application> all;
  for (size_t i = 0; i < Applications::kMostOfOne; ++i) all.push_back(Running());
  auto refused = applications_.Start(User("ann"), {.name = "one more"});
  ASSERT_TRUE(std::holds_alternative<Refusal>(refused));
  EXPECT_EQ(std::get<Refusal>(refused).code, Code::kResourceExhausted);
  EXPECT_TRUE(applications_.End(all[0].id, *User("ann"), false));
  const Application last = Running();
  Pass(29 * 60 * kSecond);
  EXPECT_EQ(Get(all[0]).state, Application::State::kEnded);
  Pass(60 * kSecond);
  EXPECT_EQ(Get(all[0]).reason, "forgotten");
  EXPECT_EQ(Get(last).state, Application::State::kRunning);
}

TEST_F(ApplicationsTest, KeepsFewThatEnded) {
  const Application first = Running();
  EXPECT_TRUE(applications_.End(first.id, *User("ann"), false));
  for (size_t i = 0; i < Applications::kMostOfOne; ++i) {
    EXPECT_TRUE(applications_.End(Running().id, *User("ann"), false));
  }
  EXPECT_EQ(Get(first).reason, "forgotten");
  EXPECT_EQ(applications_.List(*User("ann")).size(), Applications::kMostOfOne);
}

}  // namespace
}  // namespace firesteel::gateway
