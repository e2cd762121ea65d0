#pragma once

#include <span>

#include "session/config/config_table.h"

// Pure data: every SQL configuration key of Apache Spark 4.3.0 as its own registry lists it (key, scope, type, default,
// public or internal, key that it falls back to, allowed values, allowed interval, text of the requirement).
// nullptr: no default. Sorted by key. A new key is one row.

namespace firesteel::session {

/// Short words for the rows.
namespace config_words {
inline constexpr auto kRun = ConfigScope::kRuntime;
inline constexpr auto kFix = ConfigScope::kStatic;
inline constexpr bool kShown = true;
inline constexpr bool kInner = false;
}  // namespace config_words

/// spark.connect.… and spark.sql.a… to spark.sql.l….
std::span<const ConfigRow> ConfigRowsAToL();
/// spark.sql.m… to spark.sql.z….
std::span<const ConfigRow> ConfigRowsMToZ();

}  // namespace firesteel::session
