#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sql/lexer/token.h"

namespace firesteel::sql {

struct LexedText {
  std::vector<Token> tokens;      ///< ends with one kEndOfInput
  bool unclosed_comment = false;  ///< a bracketed comment reached the end of the text
  bool too_many = false;          ///< more than kMaxTokens: the rest is not there
};

/// A text of a hundred megabytes may hold as many tokens; an element of a list takes two of them and a kilobyte until
/// the query runs.
inline constexpr size_t kMaxTokens = 2'000'000;

/// Cuts SQL text into tokens after Spark's lexical rules: the longest match wins, keywords have no case, white space
/// and comments (nested ones too) are dropped, everything else that fits nowhere becomes kUnrecognized. Never throws;
/// linear.
LexedText Lex(std::string_view text);

}  // namespace firesteel::sql
