#include "gateway/servers/process_launcher.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>
#include <thread>

#include "gateway/servers/loopback_port.h"
#include "gateway/servers/testing/recording_listener.h"
#include "gateway/servers/testing/tiny_server.h"

namespace firesteel::gateway {
namespace {

using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A port of 127.0.0.1 on which this test listens.
class ListeningPort {
 public:
  ListeningPort() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 100), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~ListeningPort() { close(socket_); }
  uint16_t port() const { return port_; }

 private:
  int socket_;
  uint16_t port_ = 0;
};

bool IsGone(pid_t pid) { return kill(pid, 0) == -1 && errno == ESRCH; }

class ProcessLauncherTest : public testing::Test {
 protected:
  void SetUp() override { Make(FreeLoopbackPort); }

  void Make(ProcessLauncher::PickPort pick_port) {
    launcher_.emplace(
        queue_, [this] { return ++last_id_; }, std::move(pick_port));
  }
  void Launch(const std::string& mode) { launcher_->Launch("warm", Pool(server_.Command(mode)), {}); }
  PoolConfig Pool(const std::string& command) const {
    PoolConfig config = pool_;
    config.command = command;
    return config;
  }
  ServerAddress LaunchOne(const std::string& mode) {
    const size_t before = listener_.events().size();
    Launch(mode);
    EXPECT_TRUE(listener_.WaitFor(before + 1)) << mode;
    const auto appeared = listener_.appeared();
    return appeared.empty() ? ServerAddress{} : appeared.back();
  }

  TinyServer server_;
  PoolConfig pool_;
  RecordingListener listener_;
  ServerId last_id_ = 0;
  ListenerQueue queue_{listener_};
  std::optional<ProcessLauncher> launcher_;
};

TEST_F(ProcessLauncherTest, AServerAppearsWhenItsPortAccepts) {
  for (const char* mode : {"well", "late", "forked"}) {
    const ServerAddress server = LaunchOne(mode);
    EXPECT_EQ(server.servers, "warm");
    EXPECT_EQ(server.host, "127.0.0.1");
    EXPECT_GT(server.pid, 0);
    EXPECT_TRUE(AcceptsConnections(server.port)) << mode;
    EXPECT_EQ(FindPortHolder(server.pid, server.port), PortHolder::kGroup) << mode;
  }
  EXPECT_EQ(launcher_->List().size(), 3u);
}

TEST_F(ProcessLauncherTest, ADeathIsToldAtOnce) {
  auto best = steady_clock::duration::max();
  for (int i = 0; i < 3; ++i) {  // the machine may be busy; the launcher is not
    const ServerAddress server = LaunchOne("well");
    const size_t before = listener_.events().size();
    const auto killed = steady_clock::now();
    kill(server.pid, SIGKILL);
    ASSERT_TRUE(listener_.WaitFor(before + 1));
    best = std::min(best, listener_.last() - killed);
    EXPECT_EQ(listener_.events().back(), fmt::format("died {} signal 9", server.id));
    EXPECT_TRUE(IsGone(server.pid)) << "not even a zombie";
  }
  EXPECT_LT(best, std::chrono::milliseconds(100));
  EXPECT_THAT(launcher_->List(), IsEmpty());
}

TEST_F(ProcessLauncherTest, AnEndBeforeItIsReadyIsAFailureWithItsLastLines) {
  Launch("lost");
  ASSERT_TRUE(listener_.WaitFor(1));
  EXPECT_THAT(listener_.events(), ElementsAre("failed warm"));
  EXPECT_THAT(listener_.message(), HasSubstr("pool warm: cannot start a server: its process ended (exit status 3)"));
  EXPECT_THAT(listener_.message(), HasSubstr("mode lost | no such catalog"));
}

TEST_F(ProcessLauncherTest, AProgramThatIsNotThereIsAFailure) {
  launcher_->Launch("warm", Pool("/no/such/program {port}"), {});
  ASSERT_TRUE(listener_.WaitFor(1));
  EXPECT_THAT(listener_.message(), HasSubstr("(exit status 127)"));
  EXPECT_THAT(listener_.message(), HasSubstr("/no/such/program"));
}

TEST_F(ProcessLauncherTest, TheStartTimeOutKills) {
  pool_.start_timeout = Milliseconds(500);
  const auto begun = steady_clock::now();
  Launch("deaf");
  ASSERT_TRUE(listener_.WaitFor(1));
  EXPECT_GE(listener_.last() - begun, pool_.start_timeout);
  EXPECT_LT(listener_.last() - begun, pool_.start_timeout + std::chrono::seconds(2));
  EXPECT_THAT(listener_.events(), ElementsAre("failed warm"));
  EXPECT_THAT(listener_.message(), HasSubstr("did not accept connections on 127.0.0.1:"));
  EXPECT_THAT(listener_.message(), HasSubstr("within 500 ms"));
  launcher_.reset();
  EXPECT_EQ(listener_.events().size(), 1u);
}

TEST_F(ProcessLauncherTest, StopEndsWithoutADeath) {
  const ServerAddress server = LaunchOne("well");
  EXPECT_TRUE(launcher_->Stop(server.id));
  EXPECT_FALSE(launcher_->Stop(server.id));
  EXPECT_FALSE(launcher_->Stop(12345));
  EXPECT_THAT(launcher_->List(), IsEmpty());
  for (int i = 0; i < 5000 && !IsGone(server.pid); ++i) std::this_thread::sleep_for(Milliseconds(1));
  EXPECT_TRUE(IsGone(server.pid));
  EXPECT_EQ(listener_.events().size(), 1u);
}

TEST_F(ProcessLauncherTest, WhoIgnoresTheSignalIsKilledAfterItsGrace) {
  pool_.stop_grace = Milliseconds(300);
  const ServerAddress server = LaunchOne("stubborn");
  const auto begun = steady_clock::now();
  EXPECT_TRUE(launcher_->Stop(server.id));
  while (!IsGone(server.pid) && steady_clock::now() - begun < std::chrono::seconds(10)) {
    std::this_thread::sleep_for(Milliseconds(1));
  }
  EXPECT_TRUE(IsGone(server.pid));
  EXPECT_GE(steady_clock::now() - begun, pool_.stop_grace);
}

TEST_F(ProcessLauncherTest, TheEndLeavesNothingBehind) {
  const auto files = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
  };
  launcher_.reset();
  const auto before = files();
  Make(FreeLoopbackPort);
  pool_.stop_grace = Milliseconds(500);
  std::vector<ServerAddress> servers;
  for (const char* mode : {"well", "stubborn", "forked"}) servers.push_back(LaunchOne(mode));
  Launch("deaf");
  const auto begun = steady_clock::now();
  launcher_.reset();
  EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(3));
  for (const ServerAddress& server : servers) {
    EXPECT_TRUE(IsGone(server.pid));
    EXPECT_FALSE(AcceptsConnections(server.port)) << "a forked one, too";
  }
  EXPECT_EQ(files(), before);
  EXPECT_EQ(listener_.events().size(), 3u);
}

TEST_F(ProcessLauncherTest, MoreThanMostFail) {
  pool_.most = 2;
  Launch("late");
  Launch("late");
  Launch("late");
  ASSERT_TRUE(listener_.WaitFor(1));
  EXPECT_EQ(listener_.events().front(), "failed warm");
  EXPECT_THAT(listener_.message(), HasSubstr("it has 2 processes already, and pool.most is 2"));
  EXPECT_TRUE(listener_.WaitFor(3));
  EXPECT_EQ(launcher_->List().size(), 2u);
}

TEST_F(ProcessLauncherTest, ALaunchAwaitsTheEndOfAServerThatIsStopped) {
  pool_.most = 1;
  pool_.stop_grace = Milliseconds(300);
  const ServerAddress first = LaunchOne("stubborn");
  EXPECT_TRUE(launcher_->Stop(first.id));
  const ServerAddress second = LaunchOne("well");
  EXPECT_NE(second.id, first.id);
  EXPECT_TRUE(IsGone(first.pid)) << "there were never two";
}

TEST_F(ProcessLauncherTest, APortThatWasTakenIsExchangedOnce) {
  const ListeningPort taken;
  int picked = 0;
  Make([&]() -> Result<uint16_t> { return picked++ == 0 ? Result<uint16_t>(taken.port()) : FreeLoopbackPort(); });
  const ServerAddress server = LaunchOne("well");
  EXPECT_NE(server.port, taken.port());
  EXPECT_EQ(picked, 2);
  EXPECT_EQ(listener_.events().size(), 1u);
  launcher_.reset();

  Make([&]() -> Result<uint16_t> {
    ++picked;
    return taken.port();
  });
  picked = 0;
  Launch("well");
  ASSERT_TRUE(listener_.WaitFor(2));
  EXPECT_EQ(listener_.events().back(), "failed warm");
  EXPECT_THAT(listener_.message(), HasSubstr("Address already in use"));
  EXPECT_EQ(picked, 2);
  launcher_.reset();  // it picks by locals
}

TEST_F(ProcessLauncherTest, AServerOfAnotherGroupCountsOnceItHasSettled) {
  const auto begun = steady_clock::now();
  const ServerAddress server = LaunchOne("apart");
  EXPECT_TRUE(AcceptsConnections(server.port));
  EXPECT_EQ(FindPortHolder(server.pid, server.port), PortHolder::kUnknown);
  EXPECT_GE(steady_clock::now() - begun, std::chrono::seconds(2));
}

TEST_F(ProcessLauncherTest, APortThatAnotherProgramHasTakenIsNeverReady) {
  const ListeningPort taken;
  Make([&]() -> Result<uint16_t> { return taken.port(); });
  pool_.start_timeout = Milliseconds(3000);
  Launch("deaf");
  ASSERT_TRUE(listener_.WaitFor(1));
  EXPECT_THAT(listener_.events(), ElementsAre("failed warm"));
  launcher_.reset();  // it picks by a local
}

TEST_F(ProcessLauncherTest, APoolThatIsRemovedIsUnlisted) {
  const ServerAddress server = LaunchOne("well");
  Launch("deaf");
  launcher_->SetListed("warm", false);
  ASSERT_TRUE(listener_.WaitFor(3));
  auto events = listener_.events();
  std::sort(events.begin(), events.end());
  EXPECT_EQ(events[1], "failed warm");
  EXPECT_EQ(events[2], fmt::format("unlisted {}", server.id));
  EXPECT_THAT(launcher_->List(), IsEmpty());
  EXPECT_FALSE(IsGone(server.pid)) << "its sessions live";
  launcher_->SetListed("warm", true);
  ASSERT_TRUE(listener_.WaitFor(4));
  EXPECT_EQ(listener_.appeared().back().id, server.id);
  EXPECT_EQ(launcher_->List().size(), 1u);
}

TEST_F(ProcessLauncherTest, TheCommandHasItsValuesAndNoSecrets) {
  setenv("FIRESTEEL_TEST_TOKEN", "hidden", 1);
  setenv("FIRESTEEL_TEST_PLACE", "shown", 1);
  Make(FreeLoopbackPort);
  unsetenv("FIRESTEEL_TEST_TOKEN");
  unsetenv("FIRESTEEL_TEST_PLACE");
  Route owner;
  owner.team = "t";
  owner.user = "o'brien; exit 0";
  launcher_->Launch(
      "warm",
      Pool("EXTRA='a b' sh -c 'echo \"$1,$2,$3,$EXTRA,$FIRESTEEL_TEST_TOKEN,$FIRESTEEL_TEST_PLACE\"; exit 3'"
           " sh {user} {team} {pool}"),
      owner);
  ASSERT_TRUE(listener_.WaitFor(1));
  EXPECT_THAT(listener_.message(), HasSubstr("exit status 3"));
  EXPECT_THAT(listener_.message(), HasSubstr("o'brien; exit 0,t,warm,a b,,shown"));
}

}  // namespace
}  // namespace firesteel::gateway
