#pragma once

#include <string>

namespace firesteel::session {

/// Spark's StringUtils.filterPattern, which SHOW … LIKE uses: alternatives by |, * for anything, the rest a regular
/// expression, without case. An empty pattern matches everything.
bool MatchesNamePattern(const std::string& name, const std::string& pattern);

}  // namespace firesteel::session
