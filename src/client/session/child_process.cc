#include "client/session/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/descriptor.h"
#include "base/uuid.h"

extern char** environ;

namespace firesteel::client {
namespace {

constexpr std::chrono::seconds kLongestStart{60};
constexpr size_t kMostKept = 16 * 1024;

// The shell waits for the end of its input, which comes when this process ends, even by a signal; then it ends the
// program. A program that ends by itself ends the shell, too: it closes the output.
constexpr const char* kKeeper =
    "\"$0\" \"$@\" & program=$!; exec >&-; cat >/dev/null; kill $program 2>/dev/null; wait $program";

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> OpenPipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Error::Invalid(std::string("cannot make a pipe: ") + std::strerror(errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

bool IsProgram(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

/// This process's variables with `changes` on top.
std::vector<std::string> EnvironmentWith(const std::vector<std::string>& changes) {
  std::vector<std::string> all;
  for (const std::string& change : changes) {
    if (!change.ends_with('=')) all.push_back(change);
  }
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text(*variable);
    const std::string_view name = text.substr(0, std::min(text.find('='), text.size()));
    bool changed = false;
    for (const std::string& change : changes) {
      changed = changed || (change.size() > name.size() && change.starts_with(name) && change[name.size()] == '=');
    }
    if (!changed) all.emplace_back(text);
  }
  return all;
}

std::vector<char*> PointersTo(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::Start(const std::vector<std::string>& command,
                                                          const std::vector<std::string>& variables) {
  Pipe pipes[4];
  for (Pipe& pipe : pipes) {
    Result<Pipe> opened = OpenPipe();
    if (!opened) return std::move(opened).error();
    pipe = *std::move(opened);
  }
  auto& [input, output, errors, stop] = pipes;

  std::vector<std::string> arguments = {"/bin/sh", "-c", kKeeper};
  arguments.insert(arguments.end(), command.begin(), command.end());
  std::vector<std::string> environment = EnvironmentWith(variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write.get(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // Its own group: Ctrl-C in this program's terminal is not for the server.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t pid = 0;
  const int failure =
      posix_spawn(&pid, "/bin/sh", &actions, &attributes, PointersTo(arguments).data(), PointersTo(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return Error::Invalid("cannot start " + command[0] + ": " + std::strerror(failure));
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, input.write.Give(), output.read.Give(), errors.read.Give(),
                                                        stop.write.Give(), stop.read.Give()));
}

ChildProcess::ChildProcess(int pid, int input, int output, int errors, int stop_reader, int reader_stopped)
    : pid_(pid), input_(input), output_(output), stop_reader_(stop_reader) {
  reader_ = std::thread([this, errors, reader_stopped] {
    ReadErrors(errors, reader_stopped);
    close(errors);
    close(reader_stopped);
  });
}

ChildProcess::~ChildProcess() {
  End();
  close(output_);
}

void ChildProcess::End() {
  if (input_ < 0) return;
  close(std::exchange(input_, -1));
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  // What it started may still hold its standard error: that is not waited for.
  close(stop_reader_);
  reader_.join();
}

void ChildProcess::ReadErrors(int errors, int stop) {
  while (true) {
    pollfd ends[] = {{errors, POLLIN, 0}, {stop, POLLIN, 0}};
    if (poll(ends, 2, -1) < 0 && errno != EINTR) return;
    char buffer[4096];
    if (ends[0].revents == 0) {
      if (ends[1].revents != 0) return;
      continue;
    }
    const ssize_t size = read(errors, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    std::lock_guard lock(mutex_);
    if (pass_on_) {
      (void)!write(STDERR_FILENO, buffer, static_cast<size_t>(size));
    } else {
      said_.append(buffer, static_cast<size_t>(size));
      if (said_.size() > kMostKept) said_.erase(0, said_.size() - kMostKept);
    }
  }
}

void ChildProcess::PassErrorsOn() {
  std::lock_guard lock(mutex_);
  pass_on_ = true;
  (void)!write(STDERR_FILENO, said_.data(), said_.size());
  said_.clear();
}

std::string ChildProcess::Complaint() {
  End();
  std::string text(Trim(said_));
  for (char& c : text) c = c == '\n' ? ' ' : c;
  constexpr std::string_view kName = "firesteel: ";
  return text.starts_with(kName) ? text.substr(kName.size()) : text;
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
    if (left.count() <= 0) return Error::Invalid("it said nothing for too long");
    pollfd poll_for{output_, POLLIN, 0};
    if (poll(&poll_for, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return Error::Invalid(std::string("its output cannot be read: ") + std::strerror(errno));
    }
    if (!(poll_for.revents & (POLLIN | POLLHUP))) continue;
    char buffer[512];
    const ssize_t size = read(output_, buffer, sizeof buffer);
    if (size <= 0) return Error::Invalid("it ended");
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
      "with local(path) or FIRESTEEL_PROGRAM.");
}

namespace {

/// Waits for the line in which `announcement` stands before the local address; the port is behind its last colon before
/// a blank.
Result<LocalServer> WaitForPort(std::unique_ptr<ChildProcess> process, std::string_view announcement,
                                const std::string& failure) {
  while (true) {
    Result<std::string> line = process->ReadLine(kLongestStart);
    if (!line) {
      const std::string complaint = process->Complaint();
      return Error::Invalid(failure + ": " + (complaint.empty() ? line.error().message : complaint));
    }
    const size_t found = line->find(announcement);
    if (found == std::string::npos) continue;
    const size_t begin = found + announcement.size();
    const size_t colon = line->rfind(':', line->find(' ', begin));
    LocalServer server;
    if (colon != std::string::npos) {
      std::from_chars(line->data() + colon + 1, line->data() + line->size(), server.port);
    }
    process->PassErrorsOn();
    server.process = std::move(process);
    return server;
  }
}

}  // namespace

Result<LocalServer> StartLocalServer(const std::string& program) {
  const std::string token = NewUuid();
  // Settings of a server that somebody runs on purpose are not for this one.
  Result<std::unique_ptr<ChildProcess>> process =
      ChildProcess::Start({program, "serve", "--host", "127.0.0.1", "--port", "0"},
                          {"FIRESTEEL_TOKEN=" + token, "SPARK_CONNECT_AUTHENTICATE_TOKEN=", "FIRESTEEL_CONFIG=",
                           "FIRESTEEL_TLS_CERTIFICATE=", "FIRESTEEL_TLS_KEY=", "FIRESTEEL_STATUS_PORT="});
  if (!process) return process.error();
  Result<LocalServer> server =
      WaitForPort(*std::move(process), "listens on sc://", "The local server did not start (" + program + ")");
  if (server) server->token = token;
  return server;
}

Result<LocalServer> StartTunnel(const std::string& program, const std::string& url, const TlsFiles& tls,
                                const TokenSource& token) {
  if (!tls.certificate.empty()) return Error::Invalid("A tunnel cannot show a certificate: tls_certificate of " + url);
  std::vector<std::string> command = {program, "connect", "--gateway", url, "--port", "0", "--log-level", "warn"};
  std::vector<std::string> variables = {"SPARK_CONNECT_AUTHENTICATE_TOKEN="};
  if (!tls.ca.empty()) command.insert(command.end(), {"--ca", tls.ca});
  if (token.kind == TokenSource::Kind::kFile) {
    command.insert(command.end(), {"--token-file", token.text});
  } else if (token) {
    Result<std::string> text = token.Get();
    if (!text) return std::move(text).error();
    variables = {"SPARK_CONNECT_AUTHENTICATE_TOKEN=" + *text};
  }
  Result<std::unique_ptr<ChildProcess>> process = ChildProcess::Start(command, variables);
  if (!process) return process.error();
  return WaitForPort(*std::move(process), "connected: sc://", "The tunnel to " + url + " does not open");
}

}  // namespace firesteel::client
