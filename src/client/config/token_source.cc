#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "client/config/connection_settings.h"

extern char** environ;

namespace firesteel::client {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{60};
constexpr size_t kLongestToken = 64 * 1024;

Error Refused(std::string message) {
  Error error = Error::Invalid(std::move(message));
  error.kind = ErrorKind::kAuthentication;
  return error;
}

/// A token goes into a header: printable ASCII.
Result<std::string> CheckedToken(const std::string& text, const std::string& what) {
  std::string token(Trim(text));
  if (token.empty()) return Refused(what + " is empty");
  if (token.size() > kLongestToken) return Refused(what + " is longer than any token");
  for (const char c : token) {
    if (c <= ' ' || c > '~') return Refused(what + " is no token: it has spaces, control characters or other letters");
  }
  return token;
}

/// Reads until the end of file or the time; false when the time is over.
bool ReadUntil(int descriptor, Clock::time_point deadline, std::string& output) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waited{descriptor, POLLIN, 0};
    const int ready = poll(&waited, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    char bytes[4096];
    const ssize_t count = read(descriptor, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    if (output.size() <= kLongestToken) output.append(bytes, static_cast<size_t>(count));
  }
}

/// Waits for the end of the process until the time; nothing when it is over.
std::optional<int> WaitUntil(pid_t child, Clock::time_point deadline) {
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) return 127 << 8;
    if (Clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

Result<std::string> RunCommand(const std::string& command, const std::string& what) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Refused(what + " cannot be run: " + std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  // A group of its own: what the shell started ends with it.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  char shell[] = "/bin/sh", option[] = "-c";
  std::string text = command;
  char* arguments[] = {shell, option, text.data(), nullptr};
  pid_t child = 0;
  const int failed = posix_spawn(&child, shell, &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    return Refused(what + " cannot be run: " + std::strerror(failed));
  }
  const Clock::time_point deadline = Clock::now() + kPatience;
  std::string output;
  std::optional<int> status;
  if (ReadUntil(ends[0], deadline, output)) status = WaitUntil(child, deadline);
  close(ends[0]);
  if (!status) {
    kill(-child, SIGKILL);
    waitpid(child, nullptr, 0);
    return Refused(what + " did not end within " + std::to_string(kPatience.count()) + " seconds");
  }
  if (WIFSIGNALED(*status)) return Refused(what + " was ended by signal " + std::to_string(WTERMSIG(*status)));
  if (WEXITSTATUS(*status) != 0) {
    return Refused(what + " failed with exit code " + std::to_string(WEXITSTATUS(*status)));
  }
  return output;
}

}  // namespace

Result<std::string> TokenSource::Get() const {
  switch (kind) {
    case Kind::kNone:
      return std::string();
    case Kind::kText:
      return CheckedToken(text, "the token of " + source);
    case Kind::kFile: {
      Result<std::string> token = ReadTextFile("the token file of " + source, text);
      if (!token) return Refused(token.error().message);
      return CheckedToken(*token, "the token file of " + source);
    }
    case Kind::kCommand: {
      Result<std::string> token = RunCommand(text, "the token command of " + source);
      if (!token) return token;
      return CheckedToken(*token, "what the token command of " + source + " printed");
    }
  }
  return std::string();
}

}  // namespace firesteel::client
