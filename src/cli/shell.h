#pragma once

#include <string>
#include <vector>

#include "shell/shell.h"

namespace CLI {
class App;
}

namespace firesteel::cli {

struct ShellCommandOptions {
  shell::ShellOptions shell;
  std::string format;
  std::vector<std::string> statements;  ///< of -e
  std::vector<std::string> files;       ///< of -f
  CLI::App* shell_command = nullptr;    ///< `firesteel shell`
  CLI::App* sql_command = nullptr;      ///< `firesteel sql`
};

/// Declares `firesteel shell` and `firesteel sql`, to be filled when the app parses the command line. `options` must
/// outlive the app.
void DeclareShell(CLI::App& app, ShellCommandOptions& options);

/// Whether the parsed command line is one of these.
bool IsShell(const ShellCommandOptions& options);

/// Runs what the parsed command line says. Gives the exit code: 0, 1 after an error, 130 after Ctrl-C.
int Shell(const ShellCommandOptions& options);

}  // namespace firesteel::cli
