#pragma once

#include <string>

#include "shell/command/command.h"
#include "shell/shell.h"

namespace firesteel::shell {

/// Runs the shell's own commands: see CommandsHelp.
class CommandRunner {
 public:
  explicit CommandRunner(Shell& shell) : shell_(shell) {}

  /// Errors are printed behind `place`.
  Outcome Run(const Command& command, const std::string& place);

 private:
  Outcome Connect(const std::string& target);
  Outcome Explain(const std::string& argument);
  Outcome SetFormat(const std::string& name);
  Outcome SetOutput(const std::string& path);
  Outcome SetPager(const std::string& argument);
  Outcome SetWidth(const std::string& argument);
  Outcome RunFile(const std::string& path);
  /// "on", "off", or the other of the two.
  Outcome Switch(const std::string& what, const std::string& argument, bool& value);
  Outcome Fail(const std::string& message);
  void Say(const std::string& message);
  Outcome Sql(const std::string& sql) { return shell_.runner_.Run(*shell_.backend_, sql, place_); }

  Shell& shell_;
  std::string place_;
};

}  // namespace firesteel::shell
