#pragma once

#include <cstdint>
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

/// A call with its arguments as places among `columns`, to which those that are missing are added. Chained calls become
/// one. Throws InternalError for arguments that are neither columns nor calls.
udf::Call CallOf(const bound::ExpressionPtr& call, std::vector<bound::Attribute>& columns);

}  // namespace firesteel::session
