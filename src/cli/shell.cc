#include "cli/shell.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "cli/connection_options.h"
#include "shell/client_backend.h"

namespace firesteel::cli {
namespace {

void DeclareOutput(CLI::App& command, ShellCommandOptions& options) {
  command.add_option("--format", options.format, "of results: table, vertical, csv, json, arrow or parquet")
      ->check(CLI::IsMember({"table", "vertical", "csv", "json", "arrow", "parquet"}, CLI::ignore_case));
  command.add_option("--output,-o", options.shell.output, "file for results instead of standard output")
      ->type_name("FILE");
  command.add_flag("--timing", options.shell.timing, "say on standard error how long each statement took");
  command.add_flag("--keep-going,-k", options.shell.keep_going, "run the next statements although one failed");
}

}  // namespace

void DeclareShell(CLI::App& app, ShellCommandOptions& options) {
  options.shell_command = app.add_subcommand("shell", "Type SQL to any Spark Connect server");
  options.shell_command->footer(
      std::string(
          "In pipes it runs the statements of its input, without prompts and colours. The history is in\n"
          "~/.local/state/firesteel/history, or FIRESTEEL_HISTORY; long results go to FIRESTEEL_PAGER, or PAGER.\n") +
      kConnectionFooter);
  DeclareConnectionOptions(*options.shell_command, options.shell.connection);
  DeclareOutput(*options.shell_command, options);
  options.shell_command->add_flag("--quiet,-q", options.shell.quiet, "no greeting");

  options.sql_command = app.add_subcommand("sql", "Run SQL on any Spark Connect server");
  options.sql_command->footer(
      std::string("Results go to standard output as bare data, errors to standard error; the exit code is 1 after an\n"
                  "error, 130 after Ctrl-C. Without -e and -f statements are read from standard input.\n") +
      kConnectionFooter);
  DeclareConnectionOptions(*options.sql_command, options.shell.connection);
  DeclareOutput(*options.sql_command, options);
  options.sql_command
      ->add_option("--execute,-e", options.statements, "statements, separated by semicolons; may come often")
      ->type_name("SQL")
      ->allow_extra_args(false);
  options.sql_command
      ->add_option("--file,-f", options.files, "file of statements, behind those of -e; -: standard input")
      ->type_name("FILE")
      ->allow_extra_args(false);
}

bool IsShell(const ShellCommandOptions& options) {
  return options.shell_command->parsed() || options.sql_command->parsed();
}

int Shell(const ShellCommandOptions& options) {
  shell::ShellOptions shell_options = options.shell;
  if (!options.format.empty()) shell_options.format = shell::FormatByName(options.format);
  if (options.shell_command->parsed()) return shell::RunShell(std::move(shell_options), shell::ConnectClient);
  std::vector<shell::Source> sources;
  for (const std::string& text : options.statements) sources.push_back({text, ""});
  std::vector<std::string> files = options.files;
  if (sources.empty() && files.empty()) files.push_back("-");
  for (const std::string& file : files) {
    shell::Result<shell::Source> source = shell::ReadSource(file);
    if (!source) {
      shell::PrintError(source.error().message);
      return 1;
    }
    sources.push_back(*std::move(source));
  }
  return shell::RunSql(std::move(shell_options), shell::ConnectClient, sources);
}

}  // namespace firesteel::cli
