#pragma once

#include <string>

namespace firesteel::shell {

struct ScreenSize {
  int rows = 24;
  int columns = 80;
};

/// Of the terminal behind standard output, or LINES and COLUMNS; asked anew each time.
ScreenSize GetScreenSize();

/// Whether escape sequences are understood there: a terminal that is not "dumb", and no variable NO_COLOR.
bool HasColours(int descriptor);

/// The file behind the name: of a folder in PATH, or the path itself. Empty when there is none that can be run.
std::string FindProgram(const std::string& name);

}  // namespace firesteel::shell
