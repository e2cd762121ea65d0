#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "udf/worker_fixture.h"

namespace firesteel::udf {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::LongStream;

class PythonIsolation : public testing::Workers {};

constexpr int32_t kPandas = 200;
// The user ids of tests that count processes: no server's.
constexpr uint32_t kFirstUser = 1'800'000'000;
constexpr uint32_t kUsers = 4;

int ProcessesOf(uint32_t first, uint32_t last) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream status(entry.path() / "status");
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("Uid:")) continue;
      const auto user = static_cast<uint32_t>(std::stoul(line.substr(4)));
      if (user >= first && user <= last) ++count;
    }
  }
  return count;
}

int ProcessesOfTests() { return ProcessesOf(kFirstUser, kFirstUser + kUsers - 1); }

bool EndsSoon(const std::function<bool()>& condition) {
  for (int i = 0; i < 100; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return condition();
}

TEST_F(PythonIsolation, OutputDoesNotBreakTheProtocol) {
  EXPECT_THAT(Longs(RunOne(OneCall(kPandas, "floods"), LongStream(0, 2))), ElementsAre(1, 2));
}

TEST_F(PythonIsolation, LiesGiveClearErrors) {
  for (const char* lie : {"lie_length", "lie_mark", "lie_traceback", "lie_end"}) {
    EXPECT_THAT(Failure(OneCall(kPandas, lie), LongStream(0, 1)), HasSubstr("did not follow the protocol")) << lie;
  }
}

TEST_F(PythonIsolation, MemoryIsLimited) {
  EXPECT_THAT(Failure(OneCall(kPandas, "eats"), LongStream(0, 1)), HasSubstr("MemoryError"));
  EXPECT_THAT(Failure(OneCall(kPandas, "eats_slowly"), LongStream(0, 1)), HasSubstr("MemoryError"));
}

TEST_F(PythonIsolation, NothingOfTheServerIsSeen) {
  ::setenv("FIRESTEEL_SECRET_TOKEN", "secret", 1);
  const std::string text = Failure(OneCall(kPandas, "tells"), LongStream(0, 1));
  const size_t begin = text.rfind("TOLD{"), end = text.find("}END", begin);
  ASSERT_NE(end, std::string::npos) << text;
  const auto told = nlohmann::json::parse(text.substr(begin + 4, end - begin - 3));
  EXPECT_FALSE(told["environment"].contains("FIRESTEEL_SECRET_TOKEN"));
  EXPECT_EQ(told["cwd"], std::filesystem::canonical(folder_).string());
  EXPECT_EQ(told["writable"], true);
  // Its own socket (three times), where it prints (twice), and nothing else that is open in the server.
  int sockets = 0;
  for (const std::string name : told["descriptors"]) {
    sockets += name.starts_with("socket:");
    EXPECT_THAT(name, AnyOf("", "/dev/null", HasSubstr("socket:"), HasSubstr("pipe:"))) << told["descriptors"];
  }
  EXPECT_LE(sockets, 3) << told["descriptors"];
  if (::geteuid() != 0) return;
  EXPECT_GE(told["user"].get<uint32_t>(), options_.first_user_id);
  EXPECT_EQ(told["groups"].size(), 0U);
  EXPECT_EQ(told["network"].get<int>(), ENETUNREACH);
}

TEST_F(PythonIsolation, OthersFilesAreClosed) {
  if (::geteuid() != 0) GTEST_SKIP();
  const std::string mine = folder_;
  std::ofstream(mine + "/secret.txt") << "x";
  RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1));  // the folder becomes its session's
  session_ = "b";
  folder_ = NewFolder();
  std::ofstream(folder_ + "/other.txt") << mine << "/secret.txt";
  EXPECT_THAT(Failure(OneCall(kPandas, "reads_other"), LongStream(0, 1)), HasSubstr("REFUSED 13"));
}

TEST_F(PythonIsolation, HiddenFoldersAreEmptyButForTheOwn) {
  if (::geteuid() != 0) GTEST_SKIP();
  const std::string parent = NewFolder();
  std::ofstream(parent + "/data.txt") << "x";
  options_.hidden_folders = {parent};
  folder_ = parent + "/sessions/one";
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ + "/other.txt") << parent << "/data.txt";
  EXPECT_THAT(Failure(OneCall(kPandas, "reads_other"), LongStream(0, 1)), HasSubstr("REFUSED 2"));
}

TEST_F(PythonIsolation, PrivateFilesOfTheServerAreGivenToTheSession) {
  std::ofstream(folder_ + "/shipped.py") << "from inner import VALUE\n";
  std::filesystem::create_directory(folder_ + "/inner");
  std::ofstream(folder_ + "/inner/__init__.py") << "VALUE = 7\n";
  ::chmod((folder_ + "/inner/__init__.py").c_str(), 0600);
  ::chmod((folder_ + "/inner").c_str(), 0700);
  std::filesystem::create_symlink("/etc/hostname", folder_ + "/link");
  EXPECT_THAT(Longs(RunOne(OneCall(kPandas, "module_value"), LongStream(0, 1))), ElementsAre(7));
  struct stat outside {};
  ASSERT_EQ(::stat("/etc/hostname", &outside), 0);
  EXPECT_EQ(outside.st_uid, 0U);
}

TEST_F(PythonIsolation, ShippedModulesAreFound) {
  std::ofstream(folder_ + "/shipped.py") << "VALUE = 42\n";
  EXPECT_THAT(Longs(RunOne(OneCall(kPandas, "module_value"), LongStream(0, 1))), ElementsAre(42));
}

TEST_F(PythonIsolation, ProcessesAreLimitedAndEndWithTheirWorker) {
  if (::geteuid() != 0) GTEST_SKIP();
  options_.limits.processes = 20;
  options_.first_user_id = kFirstUser;
  options_.user_ids = kUsers;
  EXPECT_THAT(Longs(RunOne(OneCall(kPandas, "forks"), LongStream(0, 1))), ElementsAre(181));
  EXPECT_EQ(ProcessesOfTests(), 20);
  runtime().EndSession(session_);
  EXPECT_TRUE(EndsSoon([] { return ProcessesOfTests() == 0; }));
}

TEST_F(PythonIsolation, ForkBombsEndWhenCanceled) {
  if (::geteuid() != 0) GTEST_SKIP();
  options_.limits.processes = 30;
  options_.first_user_id = kFirstUser;
  options_.user_ids = kUsers;
  auto cancel = std::make_shared<CancelToken>();
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(3000));
    cancel->Cancel();
  });
  Failure(OneCall(kPandas, "bombs"), LongStream(0, 1), cancel);
  later.join();
  EXPECT_EQ(condition_, "OPERATION_CANCELED");
  EXPECT_TRUE(EndsSoon([] { return ProcessesOfTests() == 0; }));
  EXPECT_THAT(Longs(RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1))), ElementsAre(1));
}

TEST_F(PythonIsolation, TheInterpreterIsStartedAgain) {
  RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1));
  const int64_t pid = runtime().counts().interpreter_pid;
  ::kill(static_cast<pid_t>(pid), SIGKILL);
  EXPECT_TRUE(EndsSoon([&] { return runtime().counts().interpreter_pid == 0; }));
  EXPECT_THAT(Longs(RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1))), ElementsAre(1));
}

TEST_F(PythonIsolation, IdleWorkersEnd) {
  options_.idle_seconds = 1;
  RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1));
  EXPECT_EQ(runtime().counts().idle_workers, 1);
  EXPECT_TRUE(EndsSoon([&] { return runtime().counts().idle_workers == 0; }));
}

TEST_F(PythonIsolation, NobodyOutlivesTheRuntime) {
  options_.first_user_id = kFirstUser;
  options_.user_ids = kUsers;
  RunOne(OneCall(kPandas, "plus_one"), LongStream(0, 1));
  const auto pid = static_cast<pid_t>(runtime().counts().interpreter_pid);
  runtime_.reset();
  EXPECT_TRUE(EndsSoon([&] { return ::kill(pid, 0) != 0; }));
  EXPECT_TRUE(EndsSoon([] { return ProcessesOfTests() == 0; }));
}

}  // namespace
}  // namespace firesteel::udf
