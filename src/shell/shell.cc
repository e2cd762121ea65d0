#include "shell/shell.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <utility>

#include "shell/command/run_command.h"
#include "shell/completion/completer.h"
#include "shell/output/display_width.h"
#include "shell/terminal/interrupt.h"
#include "shell/terminal/line_editor.h"
#include "shell/terminal/paged_output.h"
#include "shell/terminal/screen.h"

namespace firesteel::shell {
namespace {

constexpr size_t kWidestInteractive = 120;

std::string HistoryFile() {
  if (const char* file = std::getenv("FIRESTEEL_HISTORY")) return file;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0') {
    return std::string(state) + "/firesteel/history";
  }
  const char* home = std::getenv("HOME");
  return home == nullptr ? "" : std::string(home) + "/.local/state/firesteel/history";
}

ShowSettings SettingsOf(const ShellOptions& options, bool interactive) {
  ShowSettings settings;
  settings.format = options.format.value_or(Format::kTable);
  settings.timing = options.timing || interactive;
  if (interactive) {
    settings.pager = FindPager();
    settings.widest_column = kWidestInteractive;
  }
  return settings;
}

int ExitCode(Outcome outcome) { return outcome == Outcome::kOk ? 0 : outcome == Outcome::kCanceled ? 130 : 1; }

/// What every run begins with.
void Prepare() {
  UseUtf8Locale();
  InstallSignalHandlers();
}

}  // namespace

Shell::Shell(ShellOptions options, Connector connect, bool interactive)
    : options_(std::move(options)),
      connect_(std::move(connect)),
      interactive_(interactive),
      runner_(SettingsOf(options_, interactive), interactive) {
  if (!options_.output.empty()) (void)runner_.SetOutput(options_.output);
}

Result<void> Shell::Connect() {
  auto backend = connect_(options_.connection);
  if (!backend) return std::move(backend).error();
  Use(*std::move(backend));
  return {};
}

void Shell::Use(std::unique_ptr<Backend> backend) {
  names_ = std::make_unique<ServerNames>(*backend);
  backend_ = std::move(backend);
}

Outcome Shell::RunText(const Source& source) {
  Outcome worst = Outcome::kOk;
  for (const Piece& piece : SplitStatements(source.text).pieces) {
    const Outcome outcome = RunPiece(piece, source.name);
    if (outcome == Outcome::kCanceled) return outcome;
    if (outcome != Outcome::kOk) worst = outcome;
    if (leaving_ || (worst != Outcome::kOk && !options_.keep_going)) break;
  }
  return worst;
}

Outcome Shell::RunPiece(const Piece& piece, const std::string& source) {
  const std::string place = source.empty() ? "" : source + ", line " + std::to_string(piece.line);
  if (piece.is_command) return CommandRunner(*this).Run(ParseCommand(piece.text), place);
  const Outcome outcome = runner_.Run(*backend_, piece.text, place);
  names_->Forget(piece.text);
  last_statement_ = piece.text;
  return outcome;
}

Outcome Shell::Close() {
  const Result<void> closed = runner_.CloseOutput();
  if (!closed) PrintError(closed.error().message);
  return closed ? Outcome::kOk : Outcome::kFailed;
}

void Shell::Greet() {
  if (options_.quiet) return;
  const Result<std::string> version = backend_->Version();
  std::cout << "Connected to " << backend_->address();
  if (version) std::cout << ", Spark " << *version;
  std::cout << ". Statements end with a semicolon; \\? shows help, \\q leaves.\n" << std::flush;
}

std::string Shell::Prompt() const {
  const std::string name = WithoutControls(backend_->name());
  return HasColours(STDOUT_FILENO) ? "\1\033[1;36m\1" + name + ">\1\033[0m\1 " : name + "> ";
}

int Shell::Interact() {
  EditorCallbacks callbacks;
  callbacks.is_complete = [](const std::string& text) { return SplitStatements(text).complete; };
  callbacks.complete = [this](const std::string& text, size_t cursor) {
    CancelOnInterrupt guard([this] { backend_->Cancel(); }, SecondInterrupt::kCancelAgain);
    return Complete(*names_, text, cursor);
  };
  LineEditor editor(HistoryFile(), std::move(callbacks));
  Greet();
  while (!leaving_) {
    std::string text;
    switch (editor.Read(Prompt(), text)) {
      case LineEditor::Outcome::kEnd:
        return 0;
      case LineEditor::Outcome::kInterrupted:
        continue;
      case LineEditor::Outcome::kText:
        (void)RunText({text, ""});  // errors were printed
    }
  }
  return 0;
}

int RunShell(ShellOptions options, Connector connect) {
  Prepare();
  const bool interactive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  if (!interactive) {
    Result<Source> input = ReadSource("-");
    if (!input) {
      PrintError(input.error().message);
      return 1;
    }
    return RunSql(std::move(options), std::move(connect), {*input});
  }
  Shell shell(std::move(options), std::move(connect), true);
  if (Result<void> connected = shell.Connect(); !connected) {
    PrintError(connected.error().message);
    return 1;
  }
  return shell.Interact();
}

int RunSql(ShellOptions options, Connector connect, const std::vector<Source>& sources) {
  Prepare();
  Shell shell(std::move(options), std::move(connect), false);
  if (Result<void> connected = shell.Connect(); !connected) {
    PrintError(connected.error().message);
    return 1;
  }
  for (const Source& source : sources) {
    const Outcome outcome = shell.RunText(source);
    if (outcome != Outcome::kOk) return ExitCode(outcome);
  }
  return ExitCode(shell.Close());
}

Result<Source> ReadSource(const std::string& path) {
  if (path == "-") {
    return Source{{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()}, ""};
  }
  Result<std::string> text = client::ReadTextFile("the file of statements", path);
  if (!text) return std::move(text).error();
  return Source{*std::move(text), path};
}

}  // namespace firesteel::shell
