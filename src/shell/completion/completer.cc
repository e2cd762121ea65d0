#include "shell/completion/completer.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii_case.h"
#include "shell/command/command.h"
#include "shell/output/row_writer.h"
#include "sql/lexer/keyword.h"
#include "sql/lexer/lexer.h"

namespace firesteel::shell {
namespace {

using sql::Token;
using sql::TokenKind;

bool IsName(TokenKind kind) {
  return kind == TokenKind::kIdentifier || kind == TokenKind::kBackquotedIdentifier || sql::IsKeyword(kind);
}

/// Words behind which a table stands.
bool IsBeforeTable(TokenKind kind) {
  switch (kind) {
    case TokenKind::kFrom:
    case TokenKind::kJoin:
    case TokenKind::kInto:
    case TokenKind::kTable:
    case TokenKind::kView:
    case TokenKind::kUpdate:
    case TokenKind::kDescribe:
    case TokenKind::kDesc:
    case TokenKind::kOverwrite:
    case TokenKind::kUse:
    case TokenKind::kCache:
    case TokenKind::kUncache:
      return true;
    default:
      return false;
  }
}

bool BeginsWith(const std::string& name, const std::string& lower_prefix) {
  return AsciiLower(std::string_view(name).substr(0, lower_prefix.size())) == lower_prefix;
}

/// A table of the statement: as it is written, and the name that its columns are qualified with.
struct TableReference {
  std::string text;
  std::string alias;
};

/// The statement around the cursor.
class Statement {
 public:
  Statement(const std::string& text, size_t cursor) : text_(text), tokens_(sql::Lex(text).tokens) {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind != TokenKind::kSemicolon) continue;
      if (tokens_[i].end <= cursor) {
        begin_ = i + 1;
      } else {
        end_ = i;
        break;
      }
    }
    end_ = std::min(end_, tokens_.size() - 1);
  }

  std::vector<TableReference> Tables() const {
    std::vector<TableReference> tables;
    for (size_t i = begin_; i < end_; ++i) {
      const TokenKind kind = tokens_[i].kind;
      if (kind != TokenKind::kFrom && kind != TokenKind::kJoin && kind != TokenKind::kUpdate &&
          kind != TokenKind::kInto) {
        continue;
      }
      size_t next = i + 1;
      do {
        next = TakeTable(next, tables);
      } while (kind == TokenKind::kFrom && next < end_ && tokens_[next].kind == TokenKind::kComma && ++next < end_);
    }
    return tables;
  }

 private:
  /// Reads "a.b.c [AS] x"; gives the token behind it.
  size_t TakeTable(size_t i, std::vector<TableReference>& tables) const {
    if (i < end_ && tokens_[i].kind == TokenKind::kTable) ++i;
    if (i >= end_ || !IsName(tokens_[i].kind)) return i;
    const size_t first = i;
    while (i + 2 < end_ && tokens_[i + 1].kind == TokenKind::kDot && IsName(tokens_[i + 2].kind)) i += 2;
    if (i + 1 < end_ && tokens_[i + 1].kind == TokenKind::kLeftParen) return i + 1;  // a function
    TableReference table;
    table.text = text_.substr(tokens_[first].begin, tokens_[i].end - tokens_[first].begin);
    table.alias = Text(i);
    ++i;
    if (i < end_ && tokens_[i].kind == TokenKind::kAs) ++i;
    if (i < end_ &&
        (tokens_[i].kind == TokenKind::kIdentifier || tokens_[i].kind == TokenKind::kBackquotedIdentifier)) {
      table.alias = Text(i);
      ++i;
    }
    tables.push_back(std::move(table));
    return i;
  }

  std::string Text(size_t i) const {
    std::string text = text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin);
    if (tokens_[i].kind == TokenKind::kBackquotedIdentifier) text = text.substr(1, text.size() - 2);
    return text;
  }

  const std::string& text_;
  const std::vector<Token> tokens_;
  size_t begin_ = 0;
  size_t end_ = SIZE_MAX;
};

/// Collects names with the prefix.
class Collector {
 public:
  explicit Collector(const std::string& prefix) : prefix_text_(prefix), prefix_(AsciiLower(prefix)) {}

  void Add(const std::vector<std::string>& names, const char* suffix = "") {
    for (const std::string& name : names) {
      if (BeginsWith(name, prefix_)) found_.insert(QuotedName(name) + suffix);
    }
  }
  void AddPlain(const std::string& text) {
    if (BeginsWith(text, prefix_)) found_.insert(text);
  }
  /// In the case of the prefix; functions of the same name are enough.
  void AddKeyword(const std::string& keyword) {
    const bool lower = !prefix_text_.empty() && std::islower(static_cast<unsigned char>(prefix_text_[0])) != 0;
    const std::string lower_text = AsciiLower(keyword);
    if (found_.count(lower_text + "(") == 0) AddPlain(lower ? lower_text : keyword);
  }
  std::vector<std::string> Take() { return {found_.begin(), found_.end()}; }

 private:
  const std::string prefix_text_;
  const std::string prefix_;
  std::set<std::string> found_;
};

Completions CompleteSql(Names& names, const std::string& text, size_t cursor) {
  Completions result;
  result.begin = cursor;
  std::vector<Token> tokens = sql::Lex(std::string_view(text).substr(0, cursor)).tokens;
  tokens.pop_back();
  // Inside a quotation there is nothing to complete.
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::kUnrecognized &&
        std::string_view("'\"`").find(text[token.begin]) != std::string::npos) {
      return result;
    }
  }
  std::string word;
  if (!tokens.empty() && tokens.back().end == cursor && IsName(tokens.back().kind) &&
      tokens.back().kind != TokenKind::kBackquotedIdentifier) {
    result.begin = tokens.back().begin;
    word = text.substr(result.begin, cursor - result.begin);
    tokens.pop_back();
  }
  // What stands before it: "catalog.database." or "table."
  size_t end = tokens.size();
  while (end >= 2 && tokens[end - 1].kind == TokenKind::kDot && IsName(tokens[end - 2].kind)) end -= 2;
  std::string qualifier;
  if (end < tokens.size()) {
    qualifier = text.substr(tokens[end].begin, tokens[tokens.size() - 2].end - tokens[end].begin);
  }
  Collector found(word);
  const bool table_wanted = end > 0 && IsBeforeTable(tokens[end - 1].kind);
  if (table_wanted) {
    found.Add(names.Tables(qualifier));
    if (qualifier.empty()) found.Add(names.Databases(), ".");
  } else {
    const std::vector<TableReference> tables = Statement(text, cursor).Tables();
    for (const TableReference& table : tables) {
      if (qualifier.empty() || AsciiLower(qualifier) == AsciiLower(table.alias) || qualifier == table.text) {
        found.Add(names.Columns(table.text));
      }
      if (qualifier.empty() && !word.empty()) found.Add({table.alias});
    }
    if (!qualifier.empty() && tables.empty()) found.Add(names.Columns(qualifier));
    if (qualifier.empty() && !word.empty()) {
      found.Add(names.Functions(), "(");
      for (const auto& [keyword, reserved] : sql::Keywords()) found.AddKeyword(keyword);
    }
  }
  result.candidates = found.Take();
  return result;
}

/// Files that begin so; folders end with a slash.
void AddFiles(const std::string& typed, std::vector<std::string>& candidates) {
  namespace fs = std::filesystem;
  const size_t slash = typed.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : typed.substr(0, slash + 1);
  const std::string begin = typed.substr(folder.size());
  std::error_code error;
  for (fs::directory_iterator it(folder.empty() ? "." : folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.rfind(begin, 0) != 0 || (begin.empty() && name[0] == '.')) continue;
    std::error_code ignored;
    candidates.push_back(folder + name + (it->is_directory(ignored) ? "/" : ""));
  }
  std::sort(candidates.begin(), candidates.end());
}

Completions CompleteCommand(Names& names, const std::string& text, size_t begin, size_t cursor) {
  Completions result;
  const size_t space = text.find(' ', begin);
  if (space == std::string::npos || space >= cursor) {
    result.begin = begin;
    Collector found("");
    const std::string typed = text.substr(begin, cursor - begin);
    for (const CommandHelp& command : CommandsHelp()) {
      const std::string name = "\\" + std::string(command.name);
      if (name.rfind(typed, 0) == 0) found.AddPlain(name);
    }
    result.candidates = found.Take();
    return result;
  }
  const std::string command = text.substr(begin + 1, space - begin - 1);
  const size_t argument = std::min(text.find_first_not_of(' ', space), cursor);
  const std::string typed = text.substr(argument, cursor - argument);
  result.begin = argument;
  Collector found(typed);
  if (command == "c") {
    for (const std::string& profile : names.Profiles()) found.AddPlain(profile);
    found.AddPlain("local");
    found.AddPlain("sc://");
  } else if (command == "f") {
    for (const char* format : {"table", "vertical", "csv", "json", "arrow", "parquet"}) found.AddPlain(format);
  } else if (command == "o" || command == "i") {
    AddFiles(typed, result.candidates);
    return result;
  } else if (command == "explain") {
    // The rest is a statement.
    const std::string statement = text.substr(argument);
    Completions inner = CompleteSql(names, statement, cursor - argument);
    inner.begin += argument;
    return inner;
  } else if (command == "d") {
    const std::string from = "FROM ";
    Completions inner = CompleteSql(names, from + typed, from.size() + typed.size());
    inner.begin += argument - from.size();
    return inner;
  } else if (command == "timing" || command == "x" || command == "pager") {
    found.AddPlain("on");
    found.AddPlain("off");
  }
  result.candidates = found.Take();
  return result;
}

}  // namespace

Completions Complete(Names& names, const std::string& text, size_t cursor) {
  const size_t begin = text.find_first_not_of(" \t\n");
  if (begin != std::string::npos && begin < cursor && text[begin] == '\\') {
    return CompleteCommand(names, text, begin, cursor);
  }
  return CompleteSql(names, text, cursor);
}

}  // namespace firesteel::shell
