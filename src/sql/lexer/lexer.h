#pragma once

#include <string_view>
#include <vector>

#include "sql/lexer/token.h"

namespace firesteel::sql {

struct LexedText {
  std::vector<Token> tokens;      ///< ends with one kEndOfInput
  bool unclosed_comment = false;  ///< a bracketed comment reached the end of the text
};

/// Cuts SQL text into tokens after Spark's lexical rules: the longest match wins, keywords have no case, white space
/// and comments (nested ones too) are dropped, everything else that fits nowhere becomes kUnrecognized. Never throws;
/// linear.
LexedText Lex(std::string_view text);

}  // namespace firesteel::sql
