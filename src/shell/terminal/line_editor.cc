#include "shell/terminal/line_editor.h"

#include <fcntl.h>
#include <histedit.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cwchar>
#include <filesystem>
#include <utility>

#include "base/utf8.h"
#include "shell/output/display_width.h"
#include "shell/terminal/interrupt.h"
#include "shell/terminal/screen.h"

namespace firesteel::shell {
namespace {

constexpr int kHistorySize = 10'000;
constexpr size_t kListedAtMost = 200;

// Keys that no keyboard has: our functions push them where one of the editor's own functions shall go on.
constexpr const char* kNewlineKey = "\033[901~";
constexpr const char* kPreviousKey = "\033[902~";
constexpr const char* kNextKey = "\033[903~";
constexpr const char* kPasteEnd = "\033[201~";

size_t CommonPrefix(const std::vector<std::string>& texts) {
  size_t length = texts.front().size();
  for (const std::string& text : texts) {
    const auto end = std::mismatch(texts.front().begin(), texts.front().begin() + static_cast<ptrdiff_t>(length),
                                   text.begin(), text.end());
    length = static_cast<size_t>(end.first - texts.front().begin());
  }
  // Never between the bytes of a character.
  while (length > 0 && length < texts.front().size() && (texts.front()[length] & 0xc0) == 0x80) --length;
  return length;
}

/// The candidates in columns, as a shell lists files.
std::string Listed(const std::vector<std::string>& candidates) {
  const size_t count = std::min(candidates.size(), kListedAtMost);
  size_t width = 1;
  for (size_t i = 0; i < count; ++i) width = std::max(width, DisplayWidth(candidates[i]) + 2);
  const size_t columns = std::max<size_t>(1, static_cast<size_t>(GetScreenSize().columns) / width);
  const size_t rows = (count + columns - 1) / columns;
  std::string text;
  for (size_t row = 0; row < rows; ++row) {
    for (size_t i = row; i < count; i += rows) {
      const std::string shown = WithoutControls(candidates[i]);
      text += shown;
      if (i + rows < count) text.append(width - std::min(width, DisplayWidth(shown)), ' ');
    }
    text += '\n';
  }
  if (count < candidates.size()) text += "… and " + std::to_string(candidates.size() - count) + " more\n";
  return text;
}

}  // namespace

struct LineEditor::State {
  EditLine* editor = nullptr;
  History* history = nullptr;
  std::string history_file;
  EditorCallbacks callbacks;
  std::string prompt;
  bool interrupted = false;
  int back = 0;  // statements that the user went back in the history

  static State& Of(EditLine* editor) {
    void* data = nullptr;
    el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<State*>(data);
  }

  /// The input so far, and the cursor in it.
  std::pair<std::string, size_t> Line() const {
    const LineInfo* line = el_line(editor);
    return {std::string(line->buffer, line->lastchar), static_cast<size_t>(line->cursor - line->buffer)};
  }

  static char* Prompt(EditLine* editor) { return Of(editor).prompt.data(); }

  /// The terminal has another size, or was used by others: draws the input where it began.
  void DrawAnew() {
    el_set(editor, EL_PREP_TERM, 1);
    const auto [text, cursor] = Line();
    const size_t rows = RowsAbove(text.substr(0, cursor));
    const std::string begin = rows > 0 ? "\033[" + std::to_string(rows) + "A" : "";
    std::fputs((begin + "\r\033[J").c_str(), stdout);
    std::fflush(stdout);
    el_resize(editor);
    el_set(editor, EL_REFRESH);
  }

  /// Rows of the screen between the prompt and the cursor, as terminals break lines that have become too long.
  size_t RowsAbove(const std::string& before_cursor) const {
    const size_t columns = static_cast<size_t>(std::max(GetScreenSize().columns, 1));
    size_t width = 0, rows = 0;
    bool shown = true;
    for (size_t begin = 0; begin < prompt.size();) {
      const size_t end = std::min(prompt.find('\1', begin), prompt.size());
      if (shown) width += DisplayWidth(std::string_view(prompt).substr(begin, end - begin));
      shown = !shown;
      begin = end + 1;
    }
    for (size_t begin = 0;;) {
      const size_t end = std::min(before_cursor.find('\n', begin), before_cursor.size());
      width += DisplayWidth(std::string_view(before_cursor).substr(begin, end - begin));
      rows += width / columns;
      if (end == before_cursor.size()) return rows;
      ++rows;
      width = 0;
      begin = end + 1;
    }
  }

  /// The next character of the terminal: 1, 0 at its end, -1 for Ctrl-C and errors.
  static int ReadCharacter(EditLine* editor, wchar_t* character) {
    State& state = Of(editor);
    std::string bytes;
    size_t wanted = 1;
    while (bytes.size() < wanted) {
      pollfd waited[2] = {{STDIN_FILENO, POLLIN, 0}, {WakeDescriptor(), POLLIN, 0}};
      if (poll(waited, 2, -1) < 0 && errno != EINTR) return -1;
      if (waited[1].revents != 0) {
        DrainWakes();
        if (TakeInterrupt()) {
          state.interrupted = true;
          return -1;
        }
        if (TakeResize()) {
          state.DrawAnew();
        }
        continue;
      }
      if ((waited[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
      char byte = 0;
      const ssize_t count = read(STDIN_FILENO, &byte, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return count == 0 ? 0 : -1;
      if (bytes.empty()) wanted = Utf8SequenceLength(static_cast<uint8_t>(byte));
      bytes += byte;
    }
    size_t offset = 0;
    *character = static_cast<wchar_t>(NextCodePoint(bytes, offset));
    return 1;
  }

  static unsigned char OnEnter(EditLine* editor, int) {
    State& state = Of(editor);
    const auto [text, cursor] = state.Line();
    if (state.callbacks.is_complete(text)) {
      el_push(editor, kNewlineKey);
      return CC_NORM;
    }
    return el_insertstr(editor, "\n") == 0 ? CC_REFRESH : CC_ERROR;
  }

  static unsigned char OnNewline(EditLine* editor, int) {
    return el_insertstr(editor, "\n") == 0 ? CC_REFRESH : CC_ERROR;
  }

  static unsigned char OnUp(EditLine* editor, int) {
    const auto [text, cursor] = Of(editor).Line();
    const size_t begin = cursor == 0 ? std::string::npos : text.rfind('\n', cursor - 1);
    if (begin == std::string::npos) {
      ++Of(editor).back;
      el_push(editor, kPreviousKey);
      return CC_NORM;
    }
    const size_t above = begin == 0 ? 0 : text.rfind('\n', begin - 1) + 1;  // npos + 1 is 0
    const size_t column = Utf8Length(std::string_view(text).substr(begin + 1, cursor - begin - 1));
    const size_t length = Utf8Length(std::string_view(text).substr(above, begin - above));
    const size_t back = column + 1 + (length > column ? length - column : 0);
    el_cursor(editor, -static_cast<int>(back));
    return CC_REFRESH;
  }

  static unsigned char OnDown(EditLine* editor, int) {
    const auto [text, cursor] = Of(editor).Line();
    const size_t end = text.find('\n', cursor);
    if (end == std::string::npos) {
      // There the editor would put an empty line in the place of what was typed.
      if (Of(editor).back == 0) return CC_ERROR;
      --Of(editor).back;
      el_push(editor, kNextKey);
      return CC_NORM;
    }
    const size_t begin = cursor == 0 ? 0 : text.rfind('\n', cursor - 1) + 1;
    const size_t below_end = std::min(text.find('\n', end + 1), text.size());
    const std::string_view view(text);
    const size_t column = Utf8Length(view.substr(begin, cursor - begin));
    const size_t length = Utf8Length(view.substr(end + 1, below_end - end - 1));
    const size_t forward = Utf8Length(view.substr(cursor, end - cursor)) + 1 + std::min(column, length);
    el_cursor(editor, static_cast<int>(forward));
    return CC_REFRESH;
  }

  static unsigned char OnLineBegin(EditLine* editor, int) {
    const auto [text, cursor] = Of(editor).Line();
    const size_t begin = cursor == 0 ? 0 : text.rfind('\n', cursor - 1) + 1;  // npos + 1 is 0
    el_cursor(editor, -static_cast<int>(Utf8Length(std::string_view(text).substr(begin, cursor - begin))));
    return CC_REFRESH;
  }

  static unsigned char OnLineEnd(EditLine* editor, int) {
    const auto [text, cursor] = Of(editor).Line();
    const size_t end = std::min(text.find('\n', cursor), text.size());
    el_cursor(editor, static_cast<int>(Utf8Length(std::string_view(text).substr(cursor, end - cursor))));
    return CC_REFRESH;
  }

  static unsigned char OnTab(EditLine* editor, int) {
    State& state = Of(editor);
    const auto [text, cursor] = state.Line();
    // At the beginning of a line a tab indents.
    const size_t line = cursor == 0 ? 0 : text.rfind('\n', cursor - 1) + 1;
    if (cursor > 0 && text.find_first_not_of(' ', line) >= cursor) {
      return el_insertstr(editor, "  ") == 0 ? CC_REFRESH : CC_ERROR;
    }
    const Completions found = state.callbacks.complete(text, cursor);
    if (found.candidates.empty() || found.begin > cursor) return CC_REFRESH_BEEP;
    const std::string typed = text.substr(found.begin, cursor - found.begin);
    std::string inserted = found.candidates.front().substr(0, CommonPrefix(found.candidates));
    const bool only = found.candidates.size() == 1;
    if (only && inserted.back() != '(' && inserted.back() != '.' && inserted.back() != '/') inserted += ' ';
    if (only || inserted.size() > typed.size()) {
      if (!typed.empty()) el_deletestr(editor, static_cast<int>(Utf8Length(typed)));
      return el_insertstr(editor, inserted.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    }
    const size_t below =
        static_cast<size_t>(std::count(text.begin() + static_cast<ptrdiff_t>(cursor), text.end(), '\n'));
    const std::string shown = std::string(below + 1, '\n') + Listed(found.candidates);
    std::fputs(shown.c_str(), stdout);
    std::fflush(stdout);
    return CC_REDISPLAY;
  }

  /// Bracketed paste: the text stands there as it was copied; no line of it runs before Enter.
  static unsigned char OnPaste(EditLine* editor, int) {
    std::string pasted;
    const std::string_view end = kPasteEnd;
    while (pasted.size() < end.size() || pasted.compare(pasted.size() - end.size(), end.size(), end) != 0) {
      wchar_t character = 0;
      if (ReadCharacter(editor, &character) != 1) return CC_EOF;
      AppendUtf8(pasted, static_cast<char32_t>(character));
    }
    pasted.resize(pasted.size() - end.size());
    std::string text;
    for (const char c : pasted) {
      if (c == '\r') {
        text += '\n';
      } else if (c == '\t') {
        text += "    ";
      } else if (c == '\n' || static_cast<unsigned char>(c) >= ' ') {
        text += c;
      }
    }
    return text.empty() || el_insertstr(editor, text.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
  }

  void Bind(const char* key, const char* function) { el_set(editor, EL_BIND, key, function, nullptr); }

  void Open() {
    editor = el_init("firesteel", stdin, stdout, stderr);
    if (editor == nullptr) return;
    el_set(editor, EL_CLIENTDATA, this);
    el_set(editor, EL_SIGNAL, 0);
    el_set(editor, EL_GETCFN, &State::ReadCharacter);
    el_set(editor, EL_PROMPT_ESC, &State::Prompt, '\1');
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_HIST, ::history, history);
    el_set(editor, EL_ADDFN, "sql-enter", "End the statement or begin a line", &State::OnEnter);
    el_set(editor, EL_ADDFN, "sql-newline", "Begin a line", &State::OnNewline);
    el_set(editor, EL_ADDFN, "sql-up", "Go up a line, or to the previous statement", &State::OnUp);
    el_set(editor, EL_ADDFN, "sql-down", "Go down a line, or to the next statement", &State::OnDown);
    el_set(editor, EL_ADDFN, "sql-line-begin", "Go to the beginning of the line", &State::OnLineBegin);
    el_set(editor, EL_ADDFN, "sql-line-end", "Go to the end of the line", &State::OnLineEnd);
    el_set(editor, EL_ADDFN, "sql-complete", "Complete the word", &State::OnTab);
    el_set(editor, EL_ADDFN, "sql-paste", "Insert what is pasted", &State::OnPaste);
    const std::pair<const char*, const char*> keys[] = {
        {"\r", "sql-enter"},
        {"\n", "sql-enter"},
        {"\033\r", "sql-newline"},
        {"\t", "sql-complete"},
        {"\033[200~", "sql-paste"},
        {"\033[A", "sql-up"},
        {"\033OA", "sql-up"},
        {"\033[B", "sql-down"},
        {"\033OB", "sql-down"},
        {"^P", "sql-up"},
        {"^N", "sql-down"},
        {"^A", "sql-line-begin"},
        {"^E", "sql-line-end"},
        {"^R", "em-inc-search-prev"},
        {"^W", "ed-delete-prev-word"},
        {"\033[H", "sql-line-begin"},
        {"\033OH", "sql-line-begin"},
        {"\033[1~", "sql-line-begin"},
        {"\033[F", "sql-line-end"},
        {"\033OF", "sql-line-end"},
        {"\033[4~", "sql-line-end"},
        {"\033[3~", "ed-delete-next-char"},
        {"\033[1;5C", "em-next-word"},
        {"\033[1;5D", "ed-prev-word"},
        {"\033[1;3C", "em-next-word"},
        {"\033[1;3D", "ed-prev-word"},
    };
    for (const auto& [key, function] : keys) Bind(key, function);
    el_source(editor, nullptr);
    Bind(kNewlineKey, "ed-newline");
    Bind(kPreviousKey, "ed-prev-history");
    Bind(kNextKey, "ed-next-history");
  }

  void LoadHistory() {
    HistEvent event;
    history = history_init();
    ::history(history, &event, H_SETSIZE, kHistorySize);
    ::history(history, &event, H_SETUNIQUE, 1);
    if (!history_file.empty()) ::history(history, &event, H_LOAD, history_file.c_str());
  }

  /// Appends to the file, which several shells may share.
  void Remember(const std::string& text) {
    HistEvent event;
    if (text.empty() || text.front() == ' ') return;
    ::history(history, &event, H_ENTER, text.c_str());
    if (history_file.empty()) return;
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(history_file).parent_path(), ignored);
    const int descriptor = open(history_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) return;
    FILE* file = fdopen(descriptor, "a");
    struct stat status;
    // The library writes its mark at the beginning of what it writes: only a new file gets it.
    if (fstat(descriptor, &status) == 0 && status.st_size > 0) std::fseek(file, 0, SEEK_END);
    // 0 are the entries before the newest one.
    ::history(history, &event, H_NSAVE_FP, static_cast<size_t>(0), file);
    std::fclose(file);
  }

  ~State() {
    if (editor != nullptr) el_end(editor);
    if (history != nullptr) history_end(history);
  }
};

LineEditor::LineEditor(std::string history_file, EditorCallbacks callbacks) : state_(std::make_unique<State>()) {
  state_->history_file = std::move(history_file);
  state_->callbacks = std::move(callbacks);
  state_->LoadHistory();
  state_->Open();
}

LineEditor::~LineEditor() = default;

LineEditor::Outcome LineEditor::Read(const std::string& prompt, std::string& text) {
  State& state = *state_;
  text.clear();
  if (state.editor == nullptr) return Outcome::kEnd;
  state.prompt = prompt;
  state.interrupted = false;
  state.back = 0;
  DrainWakes();
  TakeInterrupt();
  if (TakeResize()) el_resize(state.editor);
  std::fputs("\033[?2004h", stdout);  // bracketed paste
  std::fflush(stdout);
  int count = 0;
  const char* line = el_gets(state.editor, &count);
  std::fputs("\033[?2004l", stdout);
  if (state.interrupted) {
    el_reset(state.editor);
    std::fputs("^C\n", stdout);
    std::fflush(stdout);
    return Outcome::kInterrupted;
  }
  if (line == nullptr || count <= 0) {
    std::fputs("\n", stdout);
    std::fflush(stdout);
    return Outcome::kEnd;
  }
  std::fflush(stdout);
  text.assign(line, static_cast<size_t>(count));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  state.Remember(text);
  return Outcome::kText;
}

}  // namespace firesteel::shell
