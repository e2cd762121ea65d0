#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "types/data_type.h"

namespace firesteel {

/// A column name as Spark prints it in messages: backquotes around each part, doubled inside: `a`.`b c`.
std::string QuoteIdentifier(std::string_view part);
std::string QuoteIdentifiers(const std::vector<std::string>& parts);
/// A name part, backquoted only where it needs it (letters, digits and underscore, not only digits, stay bare).
std::string QuoteIfNeeded(std::string_view part);
/// A type in messages: upper-case SQL name in double quotes: "BIGINT", UDT("ARRAY<DOUBLE>").
std::string QuoteType(const DataType& type);
/// Text in double quotes, as Spark prints expressions and configuration keys in messages.
std::string DoubleQuoted(std::string_view text);
/// Text in single quotes with quotes and backslashes escaped by a backslash: 'it\'s'. A string literal in SQL.
std::string SingleQuoted(std::string_view text);
/// Control characters (\n, \t, …) as escapes: they would break a table or a tree (Spark's escapeMetaCharacters).
std::string EscapeMetaCharacters(std::string_view text);

}  // namespace firesteel
