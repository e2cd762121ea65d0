#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace firesteel::shell {

/// What may stand in place of text[begin, cursor).
struct Completions {
  size_t begin = 0;
  std::vector<std::string> candidates;  ///< sorted, each once
};

/// What the editor asks while the user types.
struct EditorCallbacks {
  /// Whether Enter ends the input, or begins another line of it.
  std::function<bool(const std::string& text)> is_complete;
  std::function<Completions(const std::string& text, size_t cursor)> complete;
};

/// Reads statements of several lines from the terminal: with history, completion, and the keys that Emacs, readline and
/// the user's ~/.editrc have. Only one at a time, in the main thread, after InstallSignalHandlers.
class LineEditor {
 public:
  enum class Outcome { kText, kInterrupted, kEnd };

  /// `history_file` is read now and gets a line for each input; empty: nothing is kept. Texts that begin with a space
  /// are not kept.
  LineEditor(std::string history_file, EditorCallbacks callbacks);
  ~LineEditor();

  /// `prompt` may have escape sequences between \1 and \1. kInterrupted: Ctrl-C; kEnd: Ctrl-D on an empty line.
  Outcome Read(const std::string& prompt, std::string& text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace firesteel::shell
