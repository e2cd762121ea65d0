#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::shell {

/// One statement, or one command of the shell (`\d`), of a longer text.
struct Piece {
  std::string text;         ///< without white space around and the final semicolon
  size_t line = 1;          ///< of its first word in the whole text
  bool is_command = false;  ///< begins with a backslash and ends with the line
};

/// What a text is made of.
struct SplitText {
  std::vector<Piece> pieces;  ///< complete ones, and what is left at the end unless it is blank
  bool complete = true;       ///< nothing is left open: no statement without semicolon, no quotation, comment, block
};

/// Cuts a text at the semicolons that end statements after Spark's lexical rules: not those in quotations, comments and
/// between BEGIN and END of an SQL script. A backslash at the beginning of a statement makes its line a command.
/// Pieces of comments alone are left out. Never throws; linear in the text, but for each command once more.
SplitText SplitStatements(std::string_view text);

}  // namespace firesteel::shell
