#pragma once

#include <span>
#include <string>
#include <string_view>

namespace firesteel::shell {

/// A line of `\?`.
struct CommandHelp {
  std::string_view name;       ///< without its backslash
  std::string_view arguments;  ///< "[on|off]"
  std::string_view help;
};

/// The shell's own commands, in the order of the help.
std::span<const CommandHelp> CommandsHelp();
std::string CommandsHelpText();

/// A command in its parts: `\d  sales.orders ;` is "d" and "sales.orders".
struct Command {
  std::string name;
  std::string argument;
};
Command ParseCommand(std::string_view text);

}  // namespace firesteel::shell
