#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/origin.h"
#include "sql/lexer/keyword.h"
#include "sql/lexer/lexer.h"

namespace firesteel::sql {

/// A place in the tokens of one text, with what every parsing function needs: look-ahead, consumption, places of nodes
/// and Spark's syntax errors. Positions are indices of tokens; the last token is kEndOfInput and is never consumed.
class TokenCursor {
 public:
  explicit TokenCursor(std::string_view text);

  const SqlTextPtr& text() const { return text_; }
  size_t position() const { return position_; }
  void Rewind(size_t position) { position_ = position; }

  const Token& Peek(size_t ahead = 0) const { return At(position_ + ahead); }
  const Token& At(size_t index) const { return index < tokens_.size() ? tokens_[index] : tokens_.back(); }
  TokenKind KindAt(size_t index) const { return At(index).kind; }
  TokenKind Kind(size_t ahead = 0) const { return Peek(ahead).kind; }
  bool Is(TokenKind kind, size_t ahead = 0) const { return Kind(ahead) == kind; }
  template <class... Kinds>
  bool IsAny(TokenKind first, Kinds... rest) const {
    const TokenKind kind = Kind();
    return kind == first || ((kind == rest) || ...);
  }
  /// Index behind the parenthesis that closes the one at `index`, or nothing when it stays open.
  std::optional<size_t> BehindGroup(size_t index) const;

  void Advance() {
    if (position_ + 1 < tokens_.size()) ++position_;
  }
  /// Consumes the token when it is of this kind.
  bool Accept(TokenKind kind) {
    if (!Is(kind)) return false;
    Advance();
    return true;
  }
  /// Two or three tokens in a row, all or none.
  bool Accept(TokenKind first, TokenKind second);
  bool Accept(TokenKind first, TokenKind second, TokenKind third);
  /// Consumes the token or throws PARSE_SYNTAX_ERROR as Spark's parser reports a failed match: with the hint "extra
  /// input" when dropping one token would help, "missing" when `insertable` and the current token could follow.
  void Expect(TokenKind kind, bool insertable = false);

  /// The source text of a token, and of tokens [begin, end) with what stands between them.
  std::string_view TextOf(const Token& token) const;
  std::string_view TextBetween(size_t begin, size_t end) const;

  /// The text is that of a view or the like: its places say so.
  void SetObject(std::string type, std::string name) {
    object_type_ = std::move(type);
    object_name_ = std::move(name);
  }

  /// The place of a node whose first token is `begin` and whose last one was consumed just now.
  OriginPtr OriginFrom(size_t begin) const { return OriginBetween(begin, position_); }
  OriginPtr OriginBetween(size_t begin, size_t end) const;

  /// PARSE_SYNTAX_ERROR at the current token.
  [[noreturn]] void SyntaxError() const { SyntaxErrorAt(position_); }
  [[noreturn]] void SyntaxErrorAt(size_t index, const std::string& hint = "") const;
  /// Throws when this is not the end of the text; the hint names the token as superfluous.
  void ExpectEnd() const;
  /// At the current token, hinted as superfluous whatever follows.
  [[noreturn]] void SyntaxErrorSuperfluous() const;
  /// At the current token; hinted as superfluous when `follower` comes behind it.
  [[noreturn]] void SyntaxErrorBefore(TokenKind follower) const;
  /// Another error of the parser about the tokens from `begin` to the last consumed one.
  [[noreturn]] void Fail(std::string condition, ErrorParameters parameters, size_t begin) const;
  /// An error that Spark reports by a token's line and column, without a fragment.
  [[noreturn]] void FailAtToken(std::string condition, ErrorParameters parameters, size_t index) const;

  size_t depth() const { return static_cast<size_t>(depth_); }
  /// Throws as Nesting does, for `levels` more that are read in a loop but make a tree as deep.
  void CheckNesting(size_t levels) const;

  /// Counts nesting. Throws FAILED_TO_PARSE_TOO_COMPLEX at a thousand levels, or when the thread's stack
  /// is nearly used up.
  class Nesting {
   public:
    explicit Nesting(TokenCursor& cursor);
    ~Nesting() { --cursor_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    TokenCursor& cursor_;
  };

 private:
  std::string Shown(const Token& token) const;
  OriginPtr PlaceOf(const Token& token) const;

  SqlTextPtr text_;
  std::string object_type_;
  std::string object_name_;
  std::vector<Token> tokens_;
  size_t position_ = 0;
  int depth_ = 0;
};

}  // namespace firesteel::sql
