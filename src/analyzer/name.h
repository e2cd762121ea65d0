#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bound/session_settings.h"

namespace firesteel::analyzer {

/// Lower case of a name for comparisons without case (ASCII, Latin-1, Greek and Cyrillic letters).
std::string FoldCase(std::string_view name);
/// Spark's resolver: equality of names under spark.sql.caseSensitive.
bool SameName(std::string_view a, std::string_view b, bool case_sensitive);
/// The key under which a name stands in a map: itself, or its folded form.
std::string NameKey(std::string_view name, bool case_sensitive);
/// `a.b.c` with backquotes only where a part needs them (UnresolvedAttribute.name).
std::string DottedName(const std::vector<std::string>& parts);
/// How many leading parts name what belongs to the session: of session.x one, of system.session.x two, of others none.
size_t SessionPrefix(const std::vector<std::string>& parts);
/// [`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]
std::string SearchPath(const bound::SessionSettings& settings);

}  // namespace firesteel::analyzer
