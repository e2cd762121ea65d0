#pragma once

#include <string>

#include "connect/decode_context.h"
#include "session/session_state.h"

namespace firesteel::session {

/// What the plan decoder needs from a session: the SQL parser under the session's settings, and the sent data. The
/// state must outlive the context.
connect::DecodeContext DecodeContextOf(SessionState& state);

/// The texts that AnalyzePlan's ddl_parse takes: a type ("int", "array<string>") or columns ("a int, b string").
DataType ParseDdl(const std::string& text, SessionState& state);

/// AnalyzePlan's json_to_ddl: the JSON text of a struct type → "a INT,b STRING NOT NULL".
std::string JsonToDdl(const std::string& json);

/// AnalyzePlan's tree_string, as printSchema shows it; `level` 0 means all levels.
std::string TreeString(const Schema& schema, int level);

}  // namespace firesteel::session
