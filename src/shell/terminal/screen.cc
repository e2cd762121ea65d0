#include "shell/terminal/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace firesteel::shell {
namespace {

int NumberOr(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  const int number = text == nullptr ? 0 : std::atoi(text);
  return number > 0 ? number : otherwise;
}

}  // namespace

ScreenSize GetScreenSize() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
    return {size.ws_row, size.ws_col};
  }
  return {NumberOr("LINES", 24), NumberOr("COLUMNS", 80)};
}

bool HasColours(int descriptor) {
  const char* terminal = std::getenv("TERM");
  const char* refused = std::getenv("NO_COLOR");
  return isatty(descriptor) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb" &&
         (refused == nullptr || *refused == '\0');
}

std::string FindProgram(const std::string& name) {
  if (name.empty()) return "";
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? "/usr/bin:/bin" : path;
  while (true) {
    const size_t end = folders.find(':');
    const std::string file = std::string(folders.substr(0, end)) + "/" + name;
    if (file.size() > name.size() + 1 && access(file.c_str(), X_OK) == 0) return file;
    if (end == std::string_view::npos) return "";
    folders.remove_prefix(end + 1);
  }
}

}  // namespace firesteel::shell
