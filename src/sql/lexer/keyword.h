#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/lexer/token.h"

namespace firesteel::sql {

/// The keywords with one spelling, in the order of the alphabet, and whether each is reserved where keywords are.
std::vector<std::pair<std::string, bool>> Keywords();
/// Spark's keyword of this upper-case text, or kIdentifier.
TokenKind KeywordKind(std::string_view upper_case);

inline bool IsKeyword(TokenKind kind) { return kind > TokenKind::kBackquotedIdentifier; }
/// Usable as any identifier, table aliases among them, unless keywords are reserved.
bool IsNonReserved(TokenKind kind);
/// Usable as an identifier even when keywords are reserved (spark.sql.ansi.enforceReservedKeywords).
bool IsAnsiNonReserved(TokenKind kind);
/// The text of the keyword ("SELECT"), or of the punctuation ("("), as error messages show it.
std::string_view TokenText(TokenKind kind);

}  // namespace firesteel::sql
