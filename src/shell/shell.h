#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shell/backend.h"
#include "shell/completion/names.h"
#include "shell/runner.h"
#include "shell/statement/splitter.h"

namespace firesteel::shell {

/// What the command line says.
struct ShellOptions {
  client::RequestedSettings connection;
  std::optional<Format> format;  ///< none: tables
  std::string output;            ///< file; empty: standard output
  bool timing = false;
  bool quiet = false;       ///< no greeting
  bool keep_going = false;  ///< the next statements run although one failed
};

/// A text to run: of an option, a file, standard input.
struct Source {
  std::string text;
  std::string name;  ///< for errors: "query.sql"; empty for texts of the command line
};

/// A session and the person or script that uses it. Not thread-safe.
class Shell {
 public:
  Shell(ShellOptions options, Connector connect, bool interactive);

  /// Connects. An error is for the user.
  Result<void> Connect();
  /// Runs every statement and command of the text. kFailed ends it unless keep_going.
  Outcome RunText(const Source& source);
  /// Closes the file of the results. kFailed when it could not be written.
  Outcome Close();
  /// Reads from the terminal until the user leaves. Gives the exit code.
  int Interact();

 private:
  friend class CommandRunner;

  Outcome RunPiece(const Piece& piece, const std::string& source);
  void Greet();
  std::string Prompt() const;
  void Use(std::unique_ptr<Backend> backend);

  ShellOptions options_;
  const Connector connect_;
  const bool interactive_;
  Runner runner_;
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<ServerNames> names_;
  std::string last_statement_;
  int depth_ = 0;  // of files that run files
  bool leaving_ = false;
};

/// `firesteel shell`: interactive on a terminal, else runs standard input. Gives the exit code: 0, 1 after an error,
/// 130 after Ctrl-C.
int RunShell(ShellOptions options, Connector connect);

/// `firesteel sql`: runs the sources one after another. Exit code as RunShell's.
int RunSql(ShellOptions options, Connector connect, const std::vector<Source>& sources);

/// The text of a file; "-" is standard input.
Result<Source> ReadSource(const std::string& path);

}  // namespace firesteel::shell
