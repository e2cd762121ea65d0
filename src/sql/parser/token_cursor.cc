#include "sql/parser/token_cursor.h"

#include <pthread.h>

#include <cstdint>
#include <utility>

#include "sql/lexer/token_limit.h"

namespace firesteel::sql {
namespace {

// Spark reads some hundred levels more than a thousand before its own stack ends.
constexpr size_t kMaxNesting = 1024;
// What one more level, and the frames of an error, may need at most.
constexpr uintptr_t kStackReserve = 256 * 1024;

// The lowest address that this thread's stack may reach.
uintptr_t StackFloor() {
  thread_local const uintptr_t floor = [] {
    pthread_attr_t attributes;
    void* lowest = nullptr;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return uintptr_t{0};
    pthread_attr_getstack(&attributes, &lowest, &size);
    pthread_attr_destroy(&attributes);
    return reinterpret_cast<uintptr_t>(lowest);
  }();
  return floor;
}

bool StackEnds() { return reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) < StackFloor() + kStackReserve; }

}  // namespace

TokenCursor::TokenCursor(std::string_view text) : text_(std::make_shared<const std::string>(text)) {
  LexedText lexed = Lex(*text_);
  tokens_ = std::move(lexed.tokens);
  // Without the text: it is megabytes long, and the error is about all of it.
  if (tokens_.size() > kMaxTokens + 1) throw QueryError("FAILED_TO_PARSE_TOO_COMPLEX", {}, nullptr, ErrorClass::kParse);
  if (lexed.unclosed_comment) {
    // Spark names the whole text and no place in it.
    auto origin = std::make_shared<Origin>();
    origin->sql_text = text_;
    throw QueryError("UNCLOSED_BRACKETED_COMMENT", {}, std::move(origin), ErrorClass::kParse);
  }
}

TokenCursor::Nesting::Nesting(TokenCursor& cursor) : cursor_(cursor) {
  cursor_.CheckNesting(1);
  ++cursor_.depth_;
}

void TokenCursor::CheckNesting(size_t levels) const {
  if (static_cast<size_t>(depth_) + levels <= kMaxNesting && !StackEnds()) return;
  auto origin = std::make_shared<Origin>();
  origin->sql_text = text_;
  throw QueryError("FAILED_TO_PARSE_TOO_COMPLEX", {}, std::move(origin), ErrorClass::kParse);
}

std::optional<size_t> TokenCursor::BehindGroup(size_t index) const {
  const Token& token = At(index);
  if (token.kind != TokenKind::kLeftParen || token.partner < 0) return std::nullopt;
  return static_cast<size_t>(token.partner) + 1;
}

bool TokenCursor::Accept(TokenKind first, TokenKind second) {
  if (!Is(first) || !Is(second, 1)) return false;
  position_ += 2;
  return true;
}

bool TokenCursor::Accept(TokenKind first, TokenKind second, TokenKind third) {
  if (!Is(first) || !Is(second, 1) || !Is(third, 2)) return false;
  position_ += 3;
  return true;
}

void TokenCursor::Expect(TokenKind kind, bool insertable) {
  if (Accept(kind)) return;
  if (!Is(TokenKind::kEndOfInput) && Is(kind, 1)) SyntaxErrorBefore(kind);
  if (insertable) SyntaxErrorAt(position_, ": missing '" + std::string(TokenText(kind)) + "'");
  SyntaxError();
}

std::string_view TokenCursor::TextOf(const Token& token) const {
  return std::string_view(*text_).substr(token.begin, token.end - token.begin);
}

std::string_view TokenCursor::TextBetween(size_t begin, size_t end) const {
  if (end <= begin) return {};
  const uint32_t from = At(begin).begin;
  return std::string_view(*text_).substr(from, At(end - 1).end - from);
}

OriginPtr TokenCursor::OriginBetween(size_t begin, size_t end) const {
  const Token& first = At(begin);
  const Token& last = At(end > begin ? end - 1 : begin);
  auto origin = std::make_shared<Origin>();
  origin->sql_text = text_;
  origin->start_index = first.index;
  origin->stop_index = last.stop;
  origin->line = first.line;
  origin->column = first.column;
  origin->object_type = object_type_;
  origin->object_name = object_name_;
  return origin;
}

std::string TokenCursor::Shown(const Token& token) const {
  if (token.kind == TokenKind::kEndOfInput) return "end of input";
  std::string shown = "'";
  for (char c : TextOf(token)) {
    switch (c) {
      case '\n':
        shown += "\\n";
        break;
      case '\r':
        shown += "\\r";
        break;
      case '\t':
        shown += "\\t";
        break;
      default:
        shown += c;
    }
  }
  return shown + "'";
}

// Line and column only: base/error then prints Spark's "(line 1, pos 7)" and the text with a caret below.
OriginPtr TokenCursor::PlaceOf(const Token& token) const {
  auto origin = std::make_shared<Origin>();
  origin->sql_text = text_;
  origin->line = token.line;
  origin->column = token.column;
  return origin;
}

void TokenCursor::SyntaxErrorAt(size_t index, const std::string& hint) const {
  const Token& token = At(index);
  throw QueryError("PARSE_SYNTAX_ERROR", {{"error", Shown(token)}, {"hint", hint}}, PlaceOf(token), ErrorClass::kParse);
}

void TokenCursor::SyntaxErrorBefore(TokenKind follower) const {
  const bool superfluous = Is(follower, 1) && !Is(TokenKind::kEndOfInput);
  SyntaxErrorAt(position_, superfluous ? ": extra input " + Shown(Peek()) : "");
}

void TokenCursor::ExpectEnd() const {
  if (!Is(TokenKind::kEndOfInput)) SyntaxErrorSuperfluous();
}

void TokenCursor::SyntaxErrorSuperfluous() const { SyntaxErrorAt(position_, ": extra input " + Shown(Peek())); }

void TokenCursor::Fail(std::string condition, ErrorParameters parameters, size_t begin) const {
  throw QueryError(std::move(condition), std::move(parameters), OriginFrom(begin), ErrorClass::kParse);
}

void TokenCursor::FailAtToken(std::string condition, ErrorParameters parameters, size_t index) const {
  throw QueryError(std::move(condition), std::move(parameters), PlaceOf(At(index)), ErrorClass::kParse);
}

}  // namespace firesteel::sql
