#include "gateway/servers/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "gateway/servers/testing/recording_listener.h"
#include "gateway/servers/testing/tiny_server.h"

namespace firesteel::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ServersConfig Static(const std::string& name, std::vector<std::string> addresses) {
  ServersConfig servers;
  servers.name = name;
  servers.addresses = std::move(addresses);
  return servers;
}

std::shared_ptr<const GatewayConfig> Config(std::vector<ServersConfig> servers) {
  auto config = std::make_shared<GatewayConfig>();
  config->servers = std::move(servers);
  return config;
}

class DirectoryTest : public testing::Test {
 protected:
  ServersConfig Pool(const std::string& mode) const {
    ServersConfig servers;
    servers.name = "warm";
    servers.discovery = Discovery::kPool;
    servers.pool.command = server_.Command(mode);
    servers.pool.stop_grace = Milliseconds(300);
    return servers;
  }

  TinyServer server_;
  RecordingListener listener_;
};

TEST_F(DirectoryTest, StaticListsAreToldBeforeStartReturns) {
  Directory directory(Config({Static("a", {"h:1", "h:2"}), Static("b", {"h:1"})}), listener_);
  EXPECT_THAT(listener_.events(), IsEmpty());
  directory.Start();
  EXPECT_THAT(listener_.events(), ElementsAre("appeared 1 h:1", "appeared 2 h:2", "appeared 3 h:1"));
  EXPECT_EQ(listener_.appeared()[2].servers, "b");
  const auto list = directory.List();
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[1].port, 2);
}

TEST_F(DirectoryTest, ANewConfigurationChangesOnlyWhatDiffers) {
  Directory directory(Config({Static("a", {"h:1", "h:2"}), Static("b", {"h:3"})}), listener_);
  directory.Start();
  directory.Configure(Config({Static("a", {"h:2", "h:4"})}));
  ASSERT_TRUE(listener_.WaitFor(6));
  EXPECT_THAT(listener_.events(), ElementsAre("appeared 1 h:1", "appeared 2 h:2", "appeared 3 h:3", "unlisted 1",
                                              "appeared 4 h:4", "unlisted 3"));
  directory.Configure(Config({Static("a", {"h:2", "h:4", "h:1"}), Static("b", {"h:3"})}));
  ASSERT_TRUE(listener_.WaitFor(8));
  std::vector<std::string> later = listener_.events();
  later.erase(later.begin(), later.begin() + 6);
  EXPECT_THAT(later, ElementsAre("appeared 1 h:1", "appeared 3 h:3")) << "a server that is listed again is the same";
}

TEST_F(DirectoryTest, AServerThatWasStoppedIsAnotherOneWhenItIsListedAgain) {
  Directory directory(Config({Static("a", {"h:1"})}), listener_);
  directory.Start();
  directory.Configure(Config({Static("a", {})}));
  directory.Stop(1);
  directory.Configure(Config({Static("a", {"h:1"})}));
  ASSERT_TRUE(listener_.WaitFor(3));
  EXPECT_THAT(listener_.events(), ElementsAre("appeared 1 h:1", "unlisted 1", "appeared 2 h:1"));
}

TEST_F(DirectoryTest, SourcesMayChange) {
  const auto path = std::filesystem::temp_directory_path() / ("firesteel-directory-" + std::to_string(getpid()));
  std::ofstream(path) << "h:1\nh:2\n";
  ServersConfig file = Static("a", {});
  file.discovery = Discovery::kFile;
  file.file = path;
  Directory directory(Config({file}), listener_);
  directory.Start();
  ASSERT_TRUE(listener_.WaitFor(2));
  directory.Configure(Config({Static("a", {"h:2"})}));
  ASSERT_TRUE(listener_.WaitFor(3));
  EXPECT_THAT(listener_.events(), ElementsAre("appeared 1 h:1", "appeared 2 h:2", "unlisted 1"));
  std::ofstream(path) << "h:9\n";
  EXPECT_FALSE(listener_.WaitFor(4, Milliseconds(1500))) << "nobody looks at the file any more";
  std::filesystem::remove(path);
}

TEST_F(DirectoryTest, NamesAreLookedUp) {
  ServersConfig names = Static("a", {"localhost:15002"});
  names.discovery = Discovery::kDns;
  Directory directory(Config({names}), listener_);
  directory.Start();
  ASSERT_TRUE(listener_.WaitFor(1));
  EXPECT_EQ(listener_.appeared()[0].port, 15002);
}

TEST_F(DirectoryTest, LaunchesAndStopsThePoolsServers) {
  int pid = 0;
  {
    Directory directory(Config({Pool("well")}), listener_);
    directory.Start();
    directory.Launch("warm", {});
    ASSERT_TRUE(listener_.WaitFor(1));
    const ServerAddress first = listener_.appeared()[0];
    EXPECT_EQ(directory.List().size(), 1u);
    directory.Stop(first.id);
    EXPECT_THAT(directory.List(), IsEmpty());
    directory.Launch("warm", {});
    ASSERT_TRUE(listener_.WaitFor(2));
    pid = listener_.appeared()[1].pid;
    // The pool leaves the configuration: its server stays until it is stopped.
    directory.Configure(Config({}));
    ASSERT_TRUE(listener_.WaitFor(3));
    EXPECT_EQ(listener_.events()[2], fmt::format("unlisted {}", listener_.appeared()[1].id));
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
  EXPECT_EQ(listener_.events().size(), 3u) << "no end was told";
}

TEST_F(DirectoryTest, OnlyPoolsAreLaunched) {
  Directory directory(Config({Static("a", {"h:1"})}), listener_);
  directory.Start();
  directory.Launch("a", {});
  directory.Launch("nowhere", {});
  ASSERT_TRUE(listener_.WaitFor(3));
  EXPECT_EQ(listener_.events()[1], "failed a");
  EXPECT_EQ(listener_.events()[2], "failed nowhere");
  EXPECT_THAT(listener_.message(), HasSubstr("it is no pool"));
}

/// Calls the directory from within what it tells.
class CallingListener final : public DirectoryListener {
 public:
  void ServerAppeared(const ServerAddress& server) override {
    directory->Stop(server.id);
    seen = directory->List().size();
    directory->Configure(Config({}));
  }
  void ServerUnlisted(ServerId) override { unlisted = true; }
  void ServerDied(ServerId, const std::string&) override {}
  void LaunchFailed(const std::string&, const std::string&, const std::string&) override {}

  Directory* directory = nullptr;
  std::atomic<size_t> seen{0};
  std::atomic<bool> unlisted{false};
};

TEST_F(DirectoryTest, TheListenerMayCallTheDirectory) {
  CallingListener listener;
  Directory directory(Config({Static("a", {"h:1"})}), listener);
  listener.directory = &directory;
  directory.Start();
  EXPECT_EQ(listener.seen, 1u);
  for (int i = 0; i < 20'000 && !listener.unlisted; ++i) std::this_thread::sleep_for(Milliseconds(1));
  EXPECT_TRUE(listener.unlisted);
}

}  // namespace
}  // namespace firesteel::gateway
