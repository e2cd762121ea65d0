#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bound/python_eval_type.h"
#include "bound/relation.h"
#include "session/python/python_files.h"
#include "session/session_state.h"
#include "udf/task.h"

namespace firesteel::session {

/// The part of a task that comes from the session and the function: version, includes, configuration, whose code it is.
udf::Task TaskOf(const bound::PythonFunction& function, int32_t eval_type, const SessionState& state,
                 const bound::SessionSettings& settings, const PythonFiles::State& files);

/// What tells a session's workers from those of others.
std::string SessionKey(const SessionState& state);

/// Whose code runs.
udf::Principal PrincipalOf(const SessionState& state, const PythonFiles::State& files);
/// What Spark would put into its workers' environment.
std::map<std::string, std::string> WorkerEnvironment(const SessionState& state);
/// The session's Python files and those that a function asks for besides.
std::vector<std::string> IncludesOf(const PythonFiles::State& files, const std::vector<std::string>& asked);

/// A call with its arguments as places among `columns`, to which those that are missing are added. Chained calls become
/// one. Throws InternalError for arguments that are neither columns nor calls.
udf::Call CallOf(const bound::ExpressionPtr& call, std::vector<bound::Attribute>& columns);

}  // namespace firesteel::session
