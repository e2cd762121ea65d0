#include "gateway/servers/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

namespace firesteel::gateway {
namespace {

constexpr int kFirstForeign = 3;  // descriptors below are the standard ones

void CloseFile(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

struct ChildPlan {
  const char* const* arguments;
  char* const* environment;
  int input, output;  // at least kFirstForeign: dup2 onto themselves would leave them closed on exec
  pid_t parent;
};

// In the child, which shares the parent's memory until it runs another program: system calls only.
[[noreturn]] void BecomeProgram(const ChildPlan& plan) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &action, nullptr);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before the kernel knew whose death to watch.
  if (getppid() != plan.parent) _exit(127);
  dup2(plan.input, STDIN_FILENO);
  dup2(plan.output, STDOUT_FILENO);
  dup2(plan.output, STDERR_FILENO);
  // Ours are all closed on exec; those of libraries may not be.
  close_range(kFirstForeign, ~0U, CLOSE_RANGE_CLOEXEC);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve("/bin/sh", const_cast<char* const*>(plan.arguments), plan.environment);
  _exit(127);
}

// A copy of this process' page tables, as fork makes it, would halt a gateway with much memory for milliseconds.
// No function around it may return in the child, and it is not inlined, so that no variable of a caller is touched.
[[gnu::noinline]] pid_t StartChild(const ChildPlan& plan) {
  const pid_t pid = vfork();
  if (pid == 0) BecomeProgram(plan);
  return pid;
}

// <sys/pidfd.h> of glibc 2.36 is not usable from C++.
int OpenProcess(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

int Raised(int descriptor) {
  const int raised = fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstForeign);
  close(descriptor);
  return raised;
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::Start(const std::string& command,
                                                          const std::vector<std::string>& environment) {
  std::array<int, 2> pipe{-1, -1}, begun{-1, -1};
  int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (input >= 0) input = Raised(input);
  if (input < 0 || pipe2(pipe.data(), O_CLOEXEC) != 0 || pipe2(begun.data(), O_CLOEXEC) != 0) {
    const std::string reason = std::strerror(errno);
    for (int* descriptor : {&input, &pipe[0], &pipe[1]}) CloseFile(*descriptor);
    return Status::Error("cannot open its input and output: " + reason);
  }
  fcntl(pipe[0], F_SETFL, O_NONBLOCK);
  pipe[1] = Raised(pipe[1]);

  std::vector<char*> variables;
  for (const std::string& variable : environment) variables.push_back(const_cast<char*>(variable.c_str()));
  variables.push_back(nullptr);
  const std::array<const char*, 4> arguments{"/bin/sh", "-c", command.c_str(), nullptr};
  const ChildPlan plan{arguments.data(), variables.data(), input, pipe[1], getpid()};
  // No handler of this process may run in the child, on the memory of both.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = pipe[1] < 0 ? -1 : StartChild(plan);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  for (int* descriptor : {&input, &pipe[1], &begun[1]}) CloseFile(*descriptor);
  // Its end comes when the child has become the program. After a vfork that is past; ThreadSanitizer makes a fork of
  // it, behind which the child would still be in this process' group, with its descriptors.
  char none;
  while (pid > 0 && read(begun[0], &none, 1) < 0 && errno == EINTR) {
  }
  CloseFile(begun[0]);
  if (pid < 0) {
    CloseFile(pipe[0]);
    return Status::Error(fmt::format("cannot make a process: {}", std::strerror(error)));
  }
  std::unique_ptr<ChildProcess> child(new ChildProcess(pid, OpenProcess(pid), pipe[0]));
  if (child->pidfd_ < 0) return Status::Error(fmt::format("cannot watch the process: {}", std::strerror(errno)));
  return child;
}

ChildProcess::~ChildProcess() {
  if (!ended_) {
    kill(-pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  CloseFile(pidfd_);
  CloseFile(output_);
}

void ChildProcess::CloseOutput() { CloseFile(output_); }

void ChildProcess::Signal(int signal) const {
  if (!ended_) kill(-pid_, signal);
}

std::optional<std::string> ChildProcess::Reap() {
  siginfo_t info{};
  // First without taking it away: as long as it is there, no other group can have its number.
  if (ended_ || waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) {
    return std::nullopt;
  }
  kill(-pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  return fmt::format("{} {}", info.si_code == CLD_EXITED ? "exit status" : "signal", info.si_status);
}

std::vector<std::string> EnvironmentWithoutSecrets(const char* const* environment) {
  constexpr std::array<std::string_view, 6> kSecret = {"TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "KEY"};
  std::vector<std::string> kept;
  for (; *environment != nullptr; ++environment) {
    const std::string_view variable(*environment);
    std::string name(variable.substr(0, variable.find('=')));
    for (char& c : name) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    const bool secret = std::any_of(kSecret.begin(), kSecret.end(),
                                    [&](std::string_view part) { return name.find(part) != std::string::npos; });
    if (!secret) kept.emplace_back(variable);
  }
  return kept;
}

}  // namespace firesteel::gateway
