#include "gateway/servers/sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gateway/servers/testing/recording_listener.h"

namespace firesteel::gateway {
namespace {

using std::chrono::steady_clock;

TEST(ServerFile, HasHostsCommentsAndBlanks) {
  const auto endpoints = ParseServerFile("# ours\n\n  a:1 # first\r\n[::1]:2\n\tb:3");
  ASSERT_TRUE(endpoints.ok());
  ASSERT_EQ(endpoints.value().size(), 3u);
  EXPECT_EQ(endpoints.value()[0], (ServerEndpoint{"a", 1, ""}));
  EXPECT_EQ(endpoints.value()[1], (ServerEndpoint{"::1", 2, ""}));
  EXPECT_EQ(endpoints.value()[2], (ServerEndpoint{"b", 3, ""}));
}

TEST(ServerFile, NamesTheBrokenLine) {
  const auto endpoints = ParseServerFile("a:1\n# comment\nb\n");
  ASSERT_FALSE(endpoints.ok());
  EXPECT_EQ(endpoints.error(), "line 3: \"b\" has no port; write HOST:PORT");
}

class FileSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("firesteel-servers-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "servers.txt";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& text) {
    std::ofstream(path_.string() + ".new") << text;
    std::filesystem::rename(path_.string() + ".new", path_);
  }

  std::filesystem::path folder_, path_;
  RecordedEndpoints found_;
};

TEST_F(FileSourceTest, FollowsTheFile) {
  Write("a:1\n");
  const auto source = WatchFile("prod", path_, found_.Receiver());
  EXPECT_TRUE(found_.WaitFor({"a:1"}));
  Write("b:2\na:1\n");
  EXPECT_TRUE(found_.WaitFor({"a:1", "b:2"}));
  Write("");
  EXPECT_TRUE(found_.WaitFor({}));
}

TEST_F(FileSourceTest, KeepsTheOldListWhileTheFileIsBrokenOrGone) {
  Write("a:1\n");
  const auto source = WatchFile("prod", path_, found_.Receiver());
  ASSERT_TRUE(found_.WaitFor({"a:1"}));
  Write("a:1\nb\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  std::filesystem::remove(path_);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_EQ(found_.count(), 1u);
  Write("a:1\nb:2\n");
  EXPECT_TRUE(found_.WaitFor({"a:1", "b:2"}));
  EXPECT_EQ(found_.count(), 2u);
}

TEST(NameSource, FindsLocalhost) {
  RecordedEndpoints found;
  const auto source = WatchNames("prod", {"localhost:15002"}, found.Receiver());
  EXPECT_TRUE(found.WaitFor({"127.0.0.1:15002"}) || found.WaitFor({"[::1]:15002"}));
}

TEST(NameSource, SaysWhyANameIsNotFound) {
  const auto found = ResolveBySystem("no-such-host.invalid");
  ASSERT_FALSE(found.ok());
  EXPECT_FALSE(found.error().empty());
}

TEST(NameSource, FollowsTheNameAndKeepsWhatItKnewWhenItFails) {
  std::atomic<int> step = 0;
  std::atomic<int> failures = 0;
  const Resolver resolver = [&](const std::string& host) -> Result<std::vector<std::string>> {
    EXPECT_EQ(host, "db");
    if (step == 0) return std::vector<std::string>{"10.0.0.1", "10.0.0.2"};
    if (step == 1) {
      ++failures;
      return Status::Error("the name server is away");
    }
    return std::vector<std::string>{"10.0.0.2"};
  };
  RecordedEndpoints found;
  const auto source = WatchNames("prod", {"db:7"}, found.Receiver(), resolver, Milliseconds(5));
  ASSERT_TRUE(found.WaitFor({"10.0.0.1:7", "10.0.0.2:7"}));
  step = 1;
  while (failures < 3) std::this_thread::sleep_for(Milliseconds(1));
  EXPECT_EQ(found.count(), 1u) << "an unchanged list is told once";
  step = 2;
  EXPECT_TRUE(found.WaitFor({"10.0.0.2:7"}));
  EXPECT_EQ(found.count(), 2u);
}

TEST(NameSource, EndsAlthoughTheResolverHangs) {
  auto release = std::make_shared<std::atomic<bool>>(false);
  auto done = std::make_shared<std::atomic<bool>>(false);
  RecordedEndpoints found;
  auto source = WatchNames("prod", {"db:7"}, found.Receiver(), [=](const std::string&) {
    while (!*release) std::this_thread::sleep_for(Milliseconds(1));
    *done = true;
    return Result<std::vector<std::string>>(std::vector<std::string>{"10.0.0.1"});
  });
  const auto begun = steady_clock::now();
  source.reset();
  EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(3));
  *release = true;
  while (!*done) std::this_thread::sleep_for(Milliseconds(1));
  std::this_thread::sleep_for(Milliseconds(20));
  EXPECT_EQ(found.count(), 0u) << "what comes too late is dropped";
}

}  // namespace
}  // namespace firesteel::gateway
