#include "shell/terminal/paged_output.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>
#include <vector>

#include "shell/output/display_width.h"
#include "shell/terminal/screen.h"

extern char** environ;

namespace firesteel::shell {
namespace {

bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

/// Columns of a line without the escape sequences of colours.
size_t LineWidth(std::string_view line) {
  size_t width = 0;
  while (true) {
    const size_t escape = line.find('\033');
    width += DisplayWidth(line.substr(0, escape));
    if (escape == std::string_view::npos) return width;
    const size_t end = line.find('m', escape);
    if (end == std::string_view::npos) return width;
    line.remove_prefix(end + 1);
  }
}

}  // namespace

bool DescriptorOutput::Write(std::string_view text) { return WriteAll(descriptor_, text); }

std::string FindPager() {
  for (const char* name : {"FIRESTEEL_PAGER", "PAGER"}) {
    const char* pager = std::getenv(name);
    if (pager != nullptr) return pager;  // empty: the user wants none
  }
  return FindProgram("less").empty() ? "" : "less";
}

PagedOutput::PagedOutput(std::string pager, std::function<void()> before_first)
    : pager_(std::move(pager)), before_first_(std::move(before_first)) {}

bool PagedOutput::Write(std::string_view text) {
  if (pipe_ >= 0) return WriteAll(pipe_, text);
  if (direct_) return WriteAll(STDOUT_FILENO, text);
  if (!pager_.empty() && FitsWith(text)) {
    waiting_ += text;
    return true;
  }
  if (before_first_) before_first_();
  direct_ = true;
  const int target = !pager_.empty() && StartPager() ? pipe_ : STDOUT_FILENO;
  return WriteAll(target, std::exchange(waiting_, {})) && WriteAll(target, text);
}

void PagedOutput::Finish() {
  if (!waiting_.empty()) {
    if (before_first_) before_first_();
    WriteAll(STDOUT_FILENO, std::exchange(waiting_, {}));
  }
  if (pipe_ < 0) return;
  close(std::exchange(pipe_, -1));
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// Whether the text still fits onto the screen, the prompt and the line of the time included. A line that is too wide
/// does not: broken, a table cannot be read.
bool PagedOutput::FitsWith(std::string_view text) {
  const ScreenSize screen = GetScreenSize();
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (LineWidth(text.substr(0, end)) > static_cast<size_t>(screen.columns)) return false;
    if (++rows_ > screen.rows - 3) return false;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return true;
}

bool PagedOutput::StartPager() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGINT);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  char shell[] = "/bin/sh", option[] = "-c";
  std::string command = pager_;
  char* arguments[] = {shell, option, command.data(), nullptr};
  // Long lines are cut, to be read by scrolling to the right; colours are shown.
  std::string less = "LESS=SR";
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.push_back(*variable);
  if (std::getenv("LESS") == nullptr) variables.push_back(less.data());
  variables.push_back(nullptr);
  const int failed = posix_spawn(&child_, shell, &actions, &attributes, arguments, variables.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[0]);
  if (failed != 0) {
    close(ends[1]);
    return false;
  }
  pipe_ = ends[1];
  return true;
}

}  // namespace firesteel::shell
