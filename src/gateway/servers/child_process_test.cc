#include "gateway/servers/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <thread>

namespace firesteel::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Ran {
  std::string output, end;
};

Ran RunShell(const std::string& command, const std::vector<std::string>& environment = {"PATH=/usr/bin:/bin"}) {
  auto child = ChildProcess::Start(command, environment);
  if (!child.ok()) return {"", child.error()};
  ChildProcess& process = *child.value();
  pollfd ended{process.end_descriptor(), POLLIN, 0};
  EXPECT_EQ(poll(&ended, 1, 20'000), 1);
  Ran ran;
  ran.end = process.Reap().value_or("it runs");
  EXPECT_FALSE(process.Reap().has_value()) << "an end is told once";
  std::array<char, 4096> bytes;
  for (ssize_t size; (size = read(process.output_descriptor(), bytes.data(), bytes.size())) > 0;) {
    ran.output.append(bytes.data(), static_cast<size_t>(size));
  }
  return ran;
}

TEST(ChildProcess, TellsHowItEnded) {
  EXPECT_EQ(RunShell("exit 3").end, "exit status 3");
  EXPECT_EQ(RunShell("kill -9 $$").end, "signal 9");
  EXPECT_EQ(RunShell("exec /no/such/program").end, "exit status 127");
}

TEST(ChildProcess, GivesWhatIsPrinted) { EXPECT_EQ(RunShell("echo out; echo err >&2; cat").output, "out\nerr\n"); }

TEST(ChildProcess, HasNoDescriptorsSignalsOrGroupOfOurs) {
  const int open_file = open("/dev/null", O_RDONLY);  // not closed on exec: as a library's may be
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto pipe_action = signal(SIGPIPE, SIG_IGN);
  const Ran files = RunShell("exec ls /proc/self/fd");
  const Ran ran = RunShell("grep -E '^Sig(Blk|Ign)' /proc/self/status; cut -d' ' -f5 /proc/$$/stat");
  signal(SIGPIPE, pipe_action);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  close(open_file);
  EXPECT_THAT(ran.output, HasSubstr("SigBlk:\t0000000000000000"));
  // 32 and 33 are the C library's own: what a parent far above made of them nobody can change.
  const size_t ignored = ran.output.find("SigIgn:\t");
  ASSERT_NE(ignored, std::string::npos);
  EXPECT_EQ(std::stoull(ran.output.substr(ignored + 8, 16), nullptr, 16) & ~uint64_t{0x1'8000'0000}, 0u);
  EXPECT_EQ(files.output, "0\n1\n2\n3\n") << "the last is the folder that is read";
  EXPECT_EQ(ran.output.find(std::to_string(getpgrp()) + "\n"), std::string::npos);
}

TEST(ChildProcess, TakesItsGroupWithIt) {
  // The grandchild says who it is and stays when the shell ends.
  const Ran ran = RunShell("sleep 1000 & echo $!");
  EXPECT_EQ(ran.end, "exit status 0");
  const pid_t grandchild = std::atoi(ran.output.c_str());
  ASSERT_GT(grandchild, 0);
  for (int i = 0; i < 2000; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::string command = "grep -q zombie /proc/" + std::to_string(grandchild) + "/status";
    // Nobody may have taken its end away yet where this container has no init.
    if (kill(grandchild, 0) != 0 || std::system(command.c_str()) == 0) return;
  }
  ADD_FAILURE() << "the grandchild lives";
}

TEST(ChildProcess, EndsWithTheObject) {
  auto child = ChildProcess::Start("trap '' TERM; while true; do sleep 1; done", {"PATH=/usr/bin:/bin"});
  ASSERT_TRUE(child.ok());
  const pid_t pid = child.value()->pid();
  EXPECT_FALSE(child.value()->Reap().has_value());
  child.value().reset();
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH) << "not even a zombie";
}

TEST(ChildProcess, EndsWithTheThreadThatStartedIt) {
  Result<std::unique_ptr<ChildProcess>> child = Status::Error("not begun");
  std::thread([&] { child = ChildProcess::Start("exec sleep 1000", {"PATH=/usr/bin:/bin"}); }).join();
  ASSERT_TRUE(child.ok());
  pollfd ended{child.value()->end_descriptor(), POLLIN, 0};
  ASSERT_EQ(poll(&ended, 1, 20'000), 1);
  EXPECT_EQ(child.value()->Reap(), "signal 9");
}

TEST(ChildProcess, EnvironmentHasNoSecrets) {
  const char* const environment[] = {"PATH=/bin",
                                     "AWS_SECRET_ACCESS_KEY=x",
                                     "SPARK_CONNECT_AUTHENTICATE_TOKEN=x",
                                     "db_password=x",
                                     "MYSQL_PASSWD=x",
                                     "GOOGLE_APPLICATION_CREDENTIALS=x",
                                     "HOME=/root/TOKEN=1",
                                     "odd",
                                     nullptr};
  EXPECT_THAT(EnvironmentWithoutSecrets(environment), ElementsAre("PATH=/bin", "HOME=/root/TOKEN=1", "odd"));
}

}  // namespace
}  // namespace firesteel::gateway
