#include "sql/lexer/lexer.h"

#include <unicode/uchar.h>
#include <algorithm>

#include <string>

#include "base/utf8.h"
#include "sql/lexer/keyword.h"
#include "sql/lexer/token_limit.h"

namespace firesteel::sql {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsUnicodeLetter(char32_t c) {
  if (c < 0x80) return IsAsciiLetter(static_cast<char>(c));
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_L_MASK) != 0;
}

bool IsSpace(char32_t c) {
  switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case '\f':
    case '\r':
    case 0x0B:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x202F:
    case 0x205F:
    case 0x3000:
      return true;
    default:
      return c >= 0x2000 && c <= 0x200A;
  }
}

// After ://, in a path that stands as a table name.
bool IsUriPunctuation(char c) { return std::string_view("/-.?=&#%_").find(c) != std::string_view::npos; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  LexedText Run() {
    result_.tokens.reserve(std::min(text_.size() / 4, kMaxTokens) + 2);
    while (result_.tokens.size() <= kMaxTokens && SkipHidden()) Add(Scan());
    Token end;
    end.begin = end.end = static_cast<uint32_t>(text_.size());
    end.index = index_;
    end.stop = index_ - 1;
    end.line = line_;
    end.column = column_;
    result_.tokens.push_back(end);
    return std::move(result_);
  }

 private:
  struct Match {
    TokenKind kind;
    size_t end;
  };

  char At(size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  bool StartsWith(std::string_view piece) const { return text_.substr(offset_).starts_with(piece); }

  // Moves over one code point and keeps line and column.
  void Step() {
    size_t before = offset_;
    char32_t c = text_[offset_] >= 0 ? static_cast<char32_t>(text_[offset_++]) : NextCodePoint(text_, offset_);
    if (offset_ == before) ++offset_;
    ++index_;
    if (c == '\n') {
      ++line_;
      column_ = 0;
    } else {
      ++column_;
    }
  }

  void StepTo(size_t offset) {
    while (offset_ < offset) Step();
  }

  // False at the end of the text.
  bool SkipHidden() {
    while (offset_ < text_.size()) {
      size_t next = offset_;
      if (IsSpace(NextCodePoint(text_, next))) {
        Step();
      } else if (StartsWith("--")) {
        SkipLineComment();
      } else if (StartsWith("/*") && At(offset_ + 2) != '+') {
        SkipBracketedComment();
      } else {
        return true;
      }
    }
    return false;
  }

  // A backslash before the line's end carries the comment on.
  void SkipLineComment() {
    while (offset_ < text_.size()) {
      char c = text_[offset_];
      if (c == '\\' && At(offset_ + 1) == '\n') {
        Step();
      } else if (c == '\n' || c == '\r') {
        return;
      }
      Step();
    }
  }

  void SkipBracketedComment() {
    int depth = 0;
    while (offset_ < text_.size()) {
      if (StartsWith("/*") && At(offset_ + 2) != '+') {
        ++depth;
        StepTo(offset_ + 2);
      } else if (StartsWith("*/")) {
        StepTo(offset_ + 2);
        if (--depth == 0) return;
      } else {
        Step();
      }
    }
    result_.unclosed_comment = true;
  }

  void Add(Match match) {
    Token token;
    token.kind = match.kind;
    token.begin = static_cast<uint32_t>(offset_);
    token.end = static_cast<uint32_t>(match.end);
    token.index = index_;
    token.line = line_;
    token.column = column_;
    StepTo(match.end);
    token.stop = index_ - 1;
    Pair(token);
    result_.tokens.push_back(token);
  }

  // Remembers which parentheses belong together, so that the parser can look behind a group.
  void Pair(Token& token) {
    if (token.kind == TokenKind::kLeftParen) {
      open_.push_back(result_.tokens.size());
    } else if (token.kind == TokenKind::kRightParen && !open_.empty()) {
      token.partner = static_cast<int32_t>(open_.back());
      result_.tokens[open_.back()].partner = static_cast<int32_t>(result_.tokens.size());
      open_.pop_back();
    }
  }

  Match Scan() {
    char c = text_[offset_];
    if (c == '\'') return Quoted('\'', offset_, TokenKind::kStringLiteral);
    if (c == '"') return Quoted('"', offset_, TokenKind::kDoubleQuotedString);
    if (c == '`') return Backquoted();
    if ((c == 'r' || c == 'R') && (At(offset_ + 1) == '\'' || At(offset_ + 1) == '"')) {
      size_t close = text_.find(At(offset_ + 1), offset_ + 2);
      if (close != std::string_view::npos) return {TokenKind::kStringLiteral, close + 1};
    }
    Match number = Number();
    Match word = Word();
    if (number.end >= word.end && number.end > offset_) return number;
    if (word.end > offset_) return word;
    return Punctuation();
  }

  Match Unrecognized() const {
    size_t end = offset_;
    NextCodePoint(text_, end);
    return {TokenKind::kUnrecognized, end > offset_ ? end : offset_ + 1};
  }

  // '…' or "…" with backslash escapes and doubled quotes.
  Match Quoted(char quote, size_t begin, TokenKind kind) {
    if (unclosed_ > kMaxUnclosed) return Unrecognized();
    for (size_t i = begin + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        if (At(i + 1) != quote) return {kind, i + 1};
        ++i;
      }
    }
    return Unclosed(quote, begin, kind);
  }

  // No closing quote was found by the longest match; a shorter one may end at a doubled quote ('a''b is 'a' and 'b).
  Match Unclosed(char quote, size_t begin, TokenKind kind) {
    ++unclosed_;
    size_t last = std::string_view::npos;
    for (size_t i = begin + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        last = i;
        if (At(i + 1) == quote) ++i;
      }
    }
    return last == std::string_view::npos ? Unrecognized() : Match{kind, last + 1};
  }

  Match Backquoted() {
    if (unclosed_ > kMaxUnclosed) return Unrecognized();
    size_t last = std::string_view::npos;
    for (size_t i = offset_ + 1; i < text_.size(); ++i) {
      if (text_[i] != '`') continue;
      last = i;
      if (At(i + 1) != '`') break;
      ++i;
    }
    if (last != std::string_view::npos) return {TokenKind::kBackquotedIdentifier, last + 1};
    ++unclosed_;
    return Unrecognized();
  }

  size_t Digits(size_t i) const {
    while (IsDigit(At(i))) ++i;
    return i;
  }

  // Behind an exponent at `i`, or `i` itself.
  size_t Exponent(size_t i) const {
    if (At(i) != 'e' && At(i) != 'E') return i;
    size_t digits = i + 1;
    if (At(digits) == '+' || At(digits) == '-') ++digits;
    size_t end = Digits(digits);
    return end > digits ? end : i;
  }

  // A number with a point does not end before a letter, digit or underscore: 1.a is not 1. and a.
  bool EndsDecimal(size_t end) const {
    if (end >= text_.size()) return true;
    if (text_[end] >= 0) return !IsAsciiLetter(text_[end]) && !IsDigit(text_[end]) && text_[end] != '_';
    size_t next = end;
    UChar32 upper = u_toupper(static_cast<UChar32>(NextCodePoint(text_, next)));
    return upper < 'A' || upper > 'Z';
  }

  Match Number() const {
    size_t digits = Digits(offset_);
    const bool has_digits = digits > offset_;
    Match best{TokenKind::kUnrecognized, offset_};
    auto consider = [&](TokenKind kind, size_t end, bool with_point) {
      if (end > best.end && (!with_point || EndsDecimal(end))) best = {kind, end};
    };
    auto suffixes = [&](size_t end, size_t exponent, bool with_point) {
      for (size_t at : {end, exponent}) {
        char suffix = At(at);
        if (suffix == 'f' || suffix == 'F') consider(TokenKind::kFloatLiteral, at + 1, with_point);
        if (suffix == 'd' || suffix == 'D') consider(TokenKind::kDoubleLiteral, at + 1, with_point);
        if ((suffix == 'b' || suffix == 'B') && (At(at + 1) == 'd' || At(at + 1) == 'D')) {
          consider(TokenKind::kBigDecimalLiteral, at + 2, with_point);
        }
      }
    };
    if (has_digits) {
      switch (At(digits)) {
        case 'l':
        case 'L':
          consider(TokenKind::kBigIntLiteral, digits + 1, false);
          break;
        case 's':
        case 'S':
          consider(TokenKind::kSmallIntLiteral, digits + 1, false);
          break;
        case 'y':
        case 'Y':
          consider(TokenKind::kTinyIntLiteral, digits + 1, false);
          break;
        default:
          break;
      }
      consider(TokenKind::kIntegerValue, digits, false);
      size_t exponent = Exponent(digits);
      if (exponent > digits) consider(TokenKind::kExponentValue, exponent, false);
      suffixes(digits, exponent, false);
    }
    if (At(digits) == '.') {
      size_t fraction = Digits(digits + 1);
      if (has_digits || fraction > digits + 1) {
        size_t exponent = Exponent(fraction);
        consider(TokenKind::kDecimalValue, fraction, true);
        if (exponent > fraction) consider(TokenKind::kExponentValue, exponent, true);
        suffixes(fraction, exponent, true);
      }
    }
    return best;
  }

  // Letters of any script, digits and underscores; a keyword, an identifier, or a path with ://.
  Match Word() const {
    size_t end = offset_;
    bool only_letters = true;
    bool ascii = true;
    while (end < text_.size()) {
      char c = text_[end];
      if (IsAsciiLetter(c)) {
        ++end;
      } else if (IsDigit(c) || c == '_') {
        only_letters = false;
        ++end;
      } else if (c < 0) {
        size_t next = end;
        if (!IsUnicodeLetter(NextCodePoint(text_, next))) break;
        ascii = false;
        end = next;
      } else {
        break;
      }
    }
    if (end == offset_) return {TokenKind::kUnrecognized, end};
    if (only_letters && text_.substr(end).starts_with("://")) {
      size_t rest = end + 3;
      while (rest < text_.size()) {
        size_t next = rest;
        if (IsDigit(text_[rest]) || IsUriPunctuation(text_[rest])) {
          ++rest;
        } else if (IsUnicodeLetter(NextCodePoint(text_, next))) {
          rest = next;
        } else {
          break;
        }
      }
      if (rest > end + 3) return {TokenKind::kIdentifier, rest};
    }
    return {KeywordKind(UpperCase(text_.substr(offset_, end - offset_), ascii)), end};
  }

  // As Character.toUpperCase, code point by code point: the long s of another script makes SELECT, too.
  static std::string UpperCase(std::string_view word, bool ascii) {
    std::string upper;
    upper.reserve(word.size());
    for (size_t i = 0; i < word.size();) {
      if (ascii || word[i] >= 0) {
        char c = word[i++];
        upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      } else {
        AppendUtf8(upper, static_cast<char32_t>(u_toupper(static_cast<UChar32>(NextCodePoint(word, i)))));
      }
    }
    return upper;
  }

  Match Punctuation() const {
    static constexpr struct {
      std::string_view text;
      TokenKind kind;
    } kOperators[] = {
        // Longer ones first.
        {">>>", TokenKind::kShiftRightUnsigned},
        {"<=>", TokenKind::kNullSafeEqual},
        {"/*+", TokenKind::kHintStart},
        {"==", TokenKind::kEqual},
        {"<>", TokenKind::kNotEqual},
        {"!=", TokenKind::kBangEqual},
        {"<=", TokenKind::kLessEqual},
        {"!>", TokenKind::kLessEqual},
        {">=", TokenKind::kGreaterEqual},
        {"!<", TokenKind::kGreaterEqual},
        {"<<", TokenKind::kShiftLeft},
        {">>", TokenKind::kShiftRight},
        {"||", TokenKind::kConcat},
        {"|>", TokenKind::kOperatorPipe},
        {"::", TokenKind::kDoubleColon},
        {"->", TokenKind::kArrow},
        {"=>", TokenKind::kFatArrow},
        {"*/", TokenKind::kHintEnd},
        {";", TokenKind::kSemicolon},
        {"(", TokenKind::kLeftParen},
        {")", TokenKind::kRightParen},
        {",", TokenKind::kComma},
        {".", TokenKind::kDot},
        {"[", TokenKind::kLeftBracket},
        {"]", TokenKind::kRightBracket},
        {"!", TokenKind::kBang},
        {"=", TokenKind::kEqual},
        {"<", TokenKind::kLess},
        {">", TokenKind::kGreater},
        {"+", TokenKind::kPlus},
        {"-", TokenKind::kMinus},
        {"*", TokenKind::kAsterisk},
        {"/", TokenKind::kSlash},
        {"%", TokenKind::kPercent},
        {"~", TokenKind::kTilde},
        {"&", TokenKind::kAmpersand},
        {"|", TokenKind::kPipe},
        {"^", TokenKind::kHat},
        {":", TokenKind::kColon},
        {"@", TokenKind::kAtSign},
        {"?", TokenKind::kQuestion},
    };
    for (const auto& op : kOperators) {
      if (StartsWith(op.text)) return {op.kind, offset_ + op.text.size()};
    }
    return Unrecognized();
  }

  std::string_view text_;
  size_t offset_ = 0;
  int32_t index_ = 0;
  int32_t line_ = 1;
  int32_t column_ = 0;
  // An open quote makes a search to the end of the text; such a text is wrong anyway, so few searches are enough.
  static constexpr int kMaxUnclosed = 16;
  int unclosed_ = 0;
  std::vector<size_t> open_;
  LexedText result_;
};

}  // namespace

LexedText Lex(std::string_view text) { return Lexer(text).Run(); }

}  // namespace firesteel::sql
