#pragma once

#include <string>
#include <string_view>

namespace firesteel::sql {

/// The value of a string token, quotes included in `token`: backslash escapes (\n, \t, \0, \101, \u0041, \U0001F600, …)
/// and doubled quotes are resolved; \% and \_ keep their backslash for LIKE. A raw string (r'…') stands as it is, and
/// so does every string when `escaped_string_literals` (spark.sql.parser.escapedStringLiterals) is set.
std::string UnescapeSqlString(std::string_view token, bool escaped_string_literals);

}  // namespace firesteel::sql
