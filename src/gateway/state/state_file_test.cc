#include "gateway/state/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace firesteel::gateway {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using State = SavedSession::State;

class StateFileTest : public ::testing::Test {
 protected:
  StateFileTest() {
    std::string name = testing::TempDir() + "state-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~StateFileTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/gateway.state"; }
  std::unique_ptr<StateFile> Open() {
    Result<std::unique_ptr<StateFile>> state = StateFile::Open(path(), clock_);
    EXPECT_TRUE(state.ok()) << (state.ok() ? "" : state.error());
    return state.ok() ? std::move(*state) : nullptr;
  }
  std::string OpenError() {
    Result<std::unique_ptr<StateFile>> state = StateFile::Open(path(), clock_);
    return state.ok() ? "" : state.error();
  }
  static SavedSession Session(const std::string& id, State state = State::kBound) {
    SavedSession session{.state = state, .user = "al\"ice\n", .id = id};
    session.route = {"team", "prod", "alice", "sjns-team-prod"};
    session.lifetimes = {Milliseconds(1000), Milliseconds(5000)};
    session.server = 7;
    session.told = "told";
    session.server_session = "own";
    session.age = microseconds(500);
    return session;
  }

  ManualClock clock_{1'000'000};
  std::string folder_;
};

TEST_F(StateFileTest, KeepsWhatWasSavedLast) {
  {
    const auto state = Open();
    EXPECT_THAT(state->TakeContents().sessions, IsEmpty());
    state->Save(SavedServer{7, "main", "::1", 15002, "probe", "start"});
    state->Save(SavedServer{7, "main", "::1", 15002, "probe", "start", true});
    state->Save(SavedServer{8, "main", "host", 1, "probe", "start"});
    state->ForgetServer(8);
    state->Save(Session("a", State::kUnready));
    SavedSession oldest = Session("a");
    oldest.age = microseconds(900);
    state->Save(oldest);
    state->Save(Session("b"));
    state->Save(Session("b", State::kReleased));
    state->Save(Session("c"));
    state->Save(Session("c", State::kForgotten));
    SavedSession claimed = Session("a", State::kLost);  // another caller's
    claimed.anonymous = true;
    state->Save(claimed);
  }
  clock_.Advance(200);
  const auto contents = Open()->TakeContents();
  ASSERT_THAT(contents.servers, SizeIs(1));
  EXPECT_EQ(contents.servers[0].id, 7u);
  EXPECT_EQ(contents.servers[0].servers, "main");
  EXPECT_EQ(contents.servers[0].host, "::1");
  EXPECT_EQ(contents.servers[0].port, 15002);
  EXPECT_EQ(contents.servers[0].probe_session, "probe");
  EXPECT_EQ(contents.servers[0].instance, "start");
  EXPECT_TRUE(contents.servers[0].drained);
  ASSERT_THAT(contents.sessions, SizeIs(3));
  const SavedSession& a = contents.sessions[0];  // the oldest
  EXPECT_EQ(a.id, "a");
  EXPECT_EQ(a.state, State::kBound);
  EXPECT_EQ(a.user, "al\"ice\n");
  EXPECT_FALSE(a.anonymous);
  EXPECT_EQ(a.route.team, "team");
  EXPECT_EQ(a.route.environment, "prod");
  EXPECT_EQ(a.route.user, "alice");
  EXPECT_EQ(a.route.namespace_name, "sjns-team-prod");
  EXPECT_EQ(a.lifetimes.idle, Milliseconds(1000));
  EXPECT_EQ(a.lifetimes.lifetime, Milliseconds(5000));
  EXPECT_EQ(a.server, 7u);
  EXPECT_EQ(a.told, "told");
  EXPECT_EQ(a.server_session, "own");
  EXPECT_EQ(a.age, microseconds(1100));
}

TEST_F(StateFileTest, IsForItsOwnerAndOneGateway) {
  const auto state = Open();
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_THAT(OpenError(), HasSubstr("another running gateway's"));
}

TEST_F(StateFileTest, SurvivesALineThatWasCutOff) {
  Open()->Save(Session("a"));
  std::ofstream(path(), std::ios::app) << "{\"session\":\"b\",\"us";
  Open()->Save(Session("c"));
  EXPECT_THAT(Open()->TakeContents().sessions, SizeIs(2));
}

TEST_F(StateFileTest, LeavesForeignFilesAlone) {
  std::ofstream(path()) << "my thesis\n";
  EXPECT_THAT(OpenError(), HasSubstr("is no state of a gateway"));
  std::string line;
  std::ifstream in(path());
  std::getline(in, line);
  EXPECT_EQ(line, "my thesis");
}

TEST_F(StateFileTest, DoesNotGrowWithoutEnd) {
  const auto state = Open();
  for (int i = 0; i < 50'000; ++i) state->Save(Session("same"));
  EXPECT_LT(std::filesystem::file_size(path()), 10u << 20);
  EXPECT_GT(std::filesystem::file_size(path()), 100u);
}

}  // namespace
}  // namespace firesteel::gateway
