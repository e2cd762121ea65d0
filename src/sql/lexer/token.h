#pragma once

#include <cstdint>

namespace firesteel::sql {

/// What a piece of the text is. Keywords follow the other kinds, one for each row of keywords.inc.
enum class TokenKind : uint16_t {
  kEndOfInput,
  kUnrecognized,  ///< one character that begins no token
  kSemicolon,
  kLeftParen,
  kRightParen,
  kComma,
  kDot,
  kLeftBracket,
  kRightBracket,
  kBang,
  kEqual,          ///< = ==
  kNullSafeEqual,  ///< <=>
  kNotEqual,       ///< <>
  kBangEqual,      ///< !=
  kLess,
  kLessEqual,  ///< <= !>
  kGreater,
  kGreaterEqual,  ///< >= !<
  kShiftLeft,
  kShiftRight,
  kShiftRightUnsigned,
  kPlus,
  kMinus,
  kAsterisk,
  kSlash,
  kPercent,
  kTilde,
  kAmpersand,
  kPipe,
  kConcat,        ///< ||
  kOperatorPipe,  ///< |>
  kHat,
  kColon,
  kDoubleColon,
  kAtSign,
  kArrow,     ///< ->
  kFatArrow,  ///< =>
  kHintStart,
  kHintEnd,
  kQuestion,
  kStringLiteral,       ///< '…', r'…', r"…"
  kDoubleQuotedString,  ///< "…": a string, or an identifier where so configured
  kBigIntLiteral,       ///< 1L
  kSmallIntLiteral,     ///< 1S
  kTinyIntLiteral,      ///< 1Y
  kIntegerValue,
  kExponentValue,
  kDecimalValue,
  kFloatLiteral,
  kDoubleLiteral,
  kBigDecimalLiteral,
  kIdentifier,
  kBackquotedIdentifier,
#define KEYWORD_KIND(name) k##name,
#include "sql/lexer/keyword_kinds.inc"
#undef KEYWORD_KIND
};

/// One token. Byte offsets cut the text; `index` and `stop` count code points, which is what Spark's parser puts into
/// query contexts.
struct Token {
  TokenKind kind = TokenKind::kEndOfInput;
  uint32_t begin = 0;  ///< byte offset
  uint32_t end = 0;    ///< byte offset behind it
  int32_t index = 0;   ///< code point offset
  int32_t stop = 0;    ///< code point offset of the last one; index - 1 for the end of the text
  int32_t line = 1;
  int32_t column = 0;    ///< code points since the line began
  int32_t partner = -1;  ///< for parentheses: index of the matching token, or -1
};

}  // namespace firesteel::sql
