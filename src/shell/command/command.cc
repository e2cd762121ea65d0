#include "shell/command/command.h"

namespace firesteel::shell {
namespace {

constexpr CommandHelp kCommands[] = {
    {"?", "", "show this help"},
    {"q", "", "leave the shell (Ctrl-D on an empty line, too)"},
    {"c", "[PROFILE|sc://…|local]", "connect to another server; alone: say where we are"},
    {"d", "[TABLE]", "list tables and views; with a name: its columns"},
    {"dn", "", "list databases"},
    {"df", "[PATTERN]", "list functions, as in \\df *date*"},
    {"dc", "", "list catalogs"},
    {"explain", "[formatted|extended|codegen|cost] [SQL]", "the plan of the statement, or of the last one"},
    {"f", "[table|vertical|csv|json|arrow|parquet]", "format of results"},
    {"x", "[on|off]", "one line for each value"},
    {"o", "[FILE]", "write results to the file; alone: to the terminal again"},
    {"i", "FILE", "run the statements of the file"},
    {"timing", "[on|off]", "say how long each statement took"},
    {"pager", "[on|off|COMMAND]", "show long results in a pager"},
    {"width", "[N]", "cut values of tables at N columns; 0: never"},
};

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

std::span<const CommandHelp> CommandsHelp() { return kCommands; }

std::string CommandsHelpText() {
  std::string text = "Statements end with a semicolon. Commands begin with a backslash and end with the line:\n";
  for (const CommandHelp& command : kCommands) {
    std::string usage = "  \\" + std::string(command.name) + " " + std::string(command.arguments);
    // A long usage stands on a line of its own. "…" is three bytes of one column.
    constexpr size_t kColumn = 30;
    const size_t width = usage.size() - (usage.find("…") == std::string::npos ? 0 : 2);
    if (width < kColumn) {
      usage.append(kColumn - width, ' ');
    } else {
      usage += "\n" + std::string(kColumn, ' ');
    }
    text += usage + std::string(command.help) + "\n";
  }
  return text + "Keys: Tab completes, Alt-Enter begins a line, Ctrl-R searches the history, Ctrl-C cancels.\n";
}

Command ParseCommand(std::string_view text) {
  text = Trim(text);
  if (!text.empty() && text.front() == '\\') text.remove_prefix(1);
  const size_t space = text.find_first_of(" \t");
  Command command;
  command.name = text.substr(0, space);
  // As people are used to end lines.
  while (!command.name.empty() && command.name.back() == ';') command.name.pop_back();
  if (space == std::string_view::npos) return command;
  std::string_view argument = Trim(text.substr(space));
  while (!argument.empty() && argument.back() == ';') argument = Trim(argument.substr(0, argument.size() - 1));
  command.argument = argument;
  return command;
}

}  // namespace firesteel::shell
