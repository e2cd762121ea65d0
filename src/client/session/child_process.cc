#include "client/session/child_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

extern char** environ;

namespace firesteel::client {
namespace {

constexpr std::chrono::seconds kLongestStart{60};

// The shell waits for the end of its input, which comes when this process ends, even by a signal; then it ends the
// program. A program that ends by itself ends the shell, too: it closes the output.
constexpr const char* kKeeper =
    "\"$0\" \"$@\" & program=$!; exec >&-; cat >/dev/null; kill $program 2>/dev/null; wait $program";

struct Pipe {
  int read = -1;
  int write = -1;
};

Result<Pipe> OpenPipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Error::Invalid(std::string("cannot make a pipe: ") + std::strerror(errno));
  return Pipe{ends[0], ends[1]};
}

bool IsProgram(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

/// A port that is free now.
uint16_t FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool found = bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(probe);
  return found ? ntohs(address.sin_port) : 0;
}

bool AcceptsConnections(uint16_t port) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return connected;
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::Start(const std::vector<std::string>& command,
                                                          const std::vector<std::string>& variables) {
  Result<Pipe> input = OpenPipe();
  if (!input) return input.error();
  Result<Pipe> output = OpenPipe();
  if (!output) {
    close(input->read);
    close(input->write);
    return output.error();
  }

  std::vector<std::string> arguments = {"/bin/sh", "-c", kKeeper};
  arguments.insert(arguments.end(), command.begin(), command.end());
  std::vector<char*> argument_pointers;
  for (std::string& argument : arguments) argument_pointers.push_back(argument.data());
  argument_pointers.push_back(nullptr);
  std::vector<std::string> own = variables;
  std::vector<char*> variable_pointers;
  for (std::string& variable : own) variable_pointers.push_back(variable.data());
  for (char** variable = environ; *variable; ++variable) variable_pointers.push_back(*variable);
  variable_pointers.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input->read, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output->write, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // Its own group: Ctrl-C in this program's terminal is not for the server.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t pid = 0;
  const int failure =
      posix_spawn(&pid, "/bin/sh", &actions, &attributes, argument_pointers.data(), variable_pointers.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(input->read);
  close(output->write);
  if (failure != 0) {
    close(input->write);
    close(output->read);
    return Error::Invalid("cannot start " + command[0] + ": " + std::strerror(failure));
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, input->write, output->read));
}

ChildProcess::~ChildProcess() {
  close(input_);
  close(output_);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
}

Result<std::string> ChildProcess::ReadLine(std::chrono::milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (true) {
    if (const size_t line = read_.find('\n'); line != std::string::npos) {
      std::string text = read_.substr(0, line);
      read_.erase(0, line + 1);
      return text;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Error::Invalid("the program said nothing for too long");
    pollfd poll_for{output_, POLLIN, 0};
    if (poll(&poll_for, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return Error::Invalid(std::string("cannot read the program's output: ") + std::strerror(errno));
    }
    if (!(poll_for.revents & (POLLIN | POLLHUP))) continue;
    char buffer[512];
    const ssize_t size = read(output_, buffer, sizeof buffer);
    if (size <= 0) return Error::Invalid("the program ended" + (read_.empty() ? "" : ": " + read_));
    read_.append(buffer, static_cast<size_t>(size));
  }
}

Result<std::string> FindFiresteel(const std::string& given) {
  if (!given.empty()) {
    if (IsProgram(given)) return given;
    return Error::Invalid("There is no program " + given + " to start as a server.");
  }
  const char* variable = std::getenv("FIRESTEEL_PROGRAM");
  if (variable && *variable) {
    if (IsProgram(variable)) return std::string(variable);
    return Error::Invalid("There is no program " + std::string(variable) + ", which FIRESTEEL_PROGRAM names.");
  }
  std::error_code failure;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failure);
  if (!failure && self.filename() == "firesteel") return self.string();
  if (!failure && IsProgram(self.parent_path() / "firesteel")) return (self.parent_path() / "firesteel").string();
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(':'), rest.size());
    const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, end)) / "firesteel";
    if (end > 0 && IsProgram(candidate)) return candidate.string();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return Error::Invalid(
      "The program firesteel, which shall be the local server, is neither beside this program nor in PATH: name it "
      "with "
      "local(path) or FIRESTEEL_PROGRAM.");
}

Result<LocalServer> StartLocalServer(const std::string& program) {
  // Settings of a server that somebody runs on purpose are not for this one.
  Result<std::unique_ptr<ChildProcess>> process = ChildProcess::Start(
      {program, "serve", "--host", "127.0.0.1", "--port", "0"}, {"FIRESTEEL_TOKEN=", "FIRESTEEL_TLS_CERTIFICATE="});
  if (!process) return process.error();
  while (true) {
    Result<std::string> line = (*process)->ReadLine(kLongestStart);
    if (!line) return Error::Invalid("The local server did not start (" + program + "): " + line.error().message + ".");
    const size_t colon = line->rfind(':');
    if (line->find("listens on sc://") == std::string::npos || colon == std::string::npos) continue;
    LocalServer server;
    std::from_chars(line->data() + colon + 1, line->data() + line->size(), server.port);
    server.process = *std::move(process);
    return server;
  }
}

Result<LocalServer> StartTunnel(const std::string& program, const std::string& url, const std::string& token) {
  LocalServer tunnel;
  tunnel.port = FreePort();
  std::vector<std::string> variables;
  if (!token.empty()) variables.push_back("SPARK_CONNECT_AUTHENTICATE_TOKEN=" + token);
  Result<std::unique_ptr<ChildProcess>> process = ChildProcess::Start(
      {program, "connect", "--gateway", url, "--port", std::to_string(tunnel.port), "--log-level", "warn"}, variables);
  if (!process) return process.error();
  tunnel.process = *std::move(process);
  const auto end = std::chrono::steady_clock::now() + kLongestStart;
  while (!AcceptsConnections(tunnel.port)) {
    if (std::chrono::steady_clock::now() > end) return Error::Invalid("The gateway of " + url + " cannot be reached.");
    usleep(50'000);
  }
  return tunnel;
}

}  // namespace firesteel::client
