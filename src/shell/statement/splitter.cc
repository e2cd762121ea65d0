#include "shell/statement/splitter.h"

#include <algorithm>

#include "sql/lexer/lexer.h"

namespace firesteel::shell {
namespace {

using sql::Token;
using sql::TokenKind;

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Follows the blocks of an SQL script, token by token, from the beginning of a statement.
class BlockTracker {
 public:
  /// Whether a semicolon behind the tokens taken so far would end the statement.
  bool outside() const { return open_.empty(); }

  void Take(TokenKind kind) {
    const bool belongs_to_end = previous_was_end_ && IsBlockWord(kind);  // END IF, END LOOP, …
    const bool begins = !belongs_to_end && BeginsStatement();
    previous_was_end_ = false;
    if (kind == TokenKind::kEnd && !open_.empty()) {
      open_.pop_back();
      previous_was_end_ = true;
    } else if (kind == TokenKind::kBegin) {
      // Elsewhere it is a name.
      if (begins || declares_handler_ || (makes_procedure_ && open_.empty())) open_.push_back(Block::kStatements);
    } else if (!open_.empty() && begins && IsBlockWord(kind)) {
      open_.push_back(Block::kStatements);
    } else if (!open_.empty() && !belongs_to_end && kind == TokenKind::kCase) {
      open_.push_back(Block::kExpression);
    }
    // DECLARE EXIT HANDLER FOR condition, condition BEGIN … END
    if (begins) declares_ = kind == TokenKind::kDeclare;
    if (kind == TokenKind::kSemicolon || kind == TokenKind::kBegin) declares_handler_ = false;
    if (declares_ && kind == TokenKind::kHandler) declares_handler_ = true;
    if (previous_ == TokenKind::kEndOfInput) creates_ = kind == TokenKind::kCreate;
    if (creates_ && open_.empty() && kind == TokenKind::kProcedure) makes_procedure_ = true;
    after_label_ = previous_began_ && kind == TokenKind::kColon;
    previous_began_ = begins;
    previous_ = kind;
  }

 private:
  enum class Block { kStatements, kExpression };

  /// Words that begin a block at the beginning of a statement: there IF is no function and no IF EXISTS.
  static bool IsBlockWord(TokenKind kind) {
    return kind == TokenKind::kIf || kind == TokenKind::kCase || kind == TokenKind::kLoop ||
           kind == TokenKind::kWhile || kind == TokenKind::kFor || kind == TokenKind::kRepeat;
  }

  /// Whether a token here is the first one of a statement: of the text's, or of one inside a block.
  bool BeginsStatement() const {
    if (previous_ == TokenKind::kEndOfInput || after_label_) return true;
    if (open_.empty() || open_.back() == Block::kExpression) return false;
    return previous_ == TokenKind::kSemicolon || previous_ == TokenKind::kBegin || previous_ == TokenKind::kThen ||
           previous_ == TokenKind::kElse || previous_ == TokenKind::kDo || previous_ == TokenKind::kLoop ||
           previous_ == TokenKind::kRepeat || previous_ == TokenKind::kAtomic;
  }

  std::vector<Block> open_;
  TokenKind previous_ = TokenKind::kEndOfInput;  // none yet
  bool previous_was_end_ = false;
  bool previous_began_ = false;
  bool after_label_ = false;
  bool declares_ = false;
  bool declares_handler_ = false;
  bool creates_ = false;
  bool makes_procedure_ = false;
};

bool OpensQuotation(std::string_view text, const Token& token) {
  if (token.kind != TokenKind::kUnrecognized) return false;
  const char c = text[token.begin];
  return c == '\'' || c == '"' || c == '`';
}

/// Cuts the text piece by piece.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  SplitText Run() {
    size_t begin = 0;
    while (begin < text_.size()) begin = CutFrom(begin);
    return std::move(split_);
  }

 private:
  /// Cuts until the end of the text, or behind the first command; gives where to go on.
  size_t CutFrom(size_t offset) {
    const std::string_view text = text_.substr(offset);
    const sql::LexedText lexed = sql::Lex(text);
    BlockTracker blocks;
    size_t first = 0;  // the piece's first token
    for (size_t i = 0; i < lexed.tokens.size(); ++i) {
      const Token& token = lexed.tokens[i];
      if (token.kind == TokenKind::kEndOfInput) break;
      if (i == first && text[token.begin] == '\\') {
        const size_t end = std::min(text.find('\n', token.begin), text.size());
        Append(offset + token.begin, offset + end, offset + token.begin, true);
        return offset + end;
      }
      if (OpensQuotation(text, token)) {
        split_.complete = false;
        Append(offset + lexed.tokens[first].begin, text_.size(), offset + lexed.tokens[first].begin, false);
        return text_.size();
      }
      if (token.kind == TokenKind::kSemicolon && blocks.outside()) {
        if (i > first)
          Append(offset + lexed.tokens[first].begin, offset + token.begin, offset + lexed.tokens[first].begin, false);
        first = i + 1;
        blocks = BlockTracker();
      } else {
        blocks.Take(token.kind);
      }
    }
    if (lexed.tokens[first].kind != TokenKind::kEndOfInput) {
      split_.complete = false;
      Append(offset + lexed.tokens[first].begin, text_.size(), offset + lexed.tokens[first].begin, false);
    } else if (lexed.unclosed_comment) {
      // The server shall say what is wrong with it.
      split_.complete = false;
      const size_t left = first == 0 ? offset : offset + lexed.tokens[first - 1].end;
      Append(left, text_.size(), left, false);
    }
    return text_.size();
  }

  void Append(size_t begin, size_t end, size_t word, bool is_command) {
    line_ += static_cast<size_t>(std::count(text_.begin() + static_cast<ptrdiff_t>(counted_),
                                            text_.begin() + static_cast<ptrdiff_t>(word), '\n'));
    counted_ = word;
    const std::string_view piece = Trim(text_.substr(begin, end - begin));
    if (!piece.empty()) split_.pieces.push_back({std::string(piece), line_, is_command});
  }

  const std::string_view text_;
  SplitText split_;
  size_t line_ = 1;
  size_t counted_ = 0;  // bytes whose lines line_ has
};

}  // namespace

SplitText SplitStatements(std::string_view text) { return Splitter(text).Run(); }

}  // namespace firesteel::shell
