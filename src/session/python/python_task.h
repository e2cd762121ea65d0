#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bound/relation.h"
#include "session/python/python_files.h"
#include "session/session_state.h"
#include "udf/task.h"

namespace firesteel::session {

/// PySpark's numbers of the kinds of Python functions (PythonEvalType).
namespace eval_type {
inline constexpr int32_t kBatched = 100;
inline constexpr int32_t kArrowBatched = 101;
inline constexpr int32_t kScalarPandas = 200;
inline constexpr int32_t kGroupedMapPandas = 201;
inline constexpr int32_t kGroupedAggPandas = 202;
inline constexpr int32_t kWindowAggPandas = 203;
inline constexpr int32_t kScalarPandasIter = 204;
inline constexpr int32_t kMapPandasIter = 205;
inline constexpr int32_t kCogroupedMapPandas = 206;
inline constexpr int32_t kMapArrowIter = 207;
inline constexpr int32_t kGroupedMapArrow = 209;
inline constexpr int32_t kCogroupedMapArrow = 210;
inline constexpr int32_t kGroupedMapArrowIter = 215;
inline constexpr int32_t kGroupedMapPandasIter = 216;
inline constexpr int32_t kGroupedAggPandasIter = 217;
inline constexpr int32_t kScalarArrow = 250;
inline constexpr int32_t kScalarArrowIter = 251;
inline constexpr int32_t kGroupedAggArrow = 252;
inline constexpr int32_t kWindowAggArrow = 253;
inline constexpr int32_t kGroupedAggArrowIter = 254;
}  // namespace eval_type

/// The part of a task that comes from the session and the function: version, includes, configuration, whose code it is.
udf::Task TaskOf(const bound::PythonFunction& function, int32_t eval_type, const SessionState& state,
                 const bound::SessionSettings& settings, const PythonFiles::State& files);

/// What tells a session's workers from those of others.
std::string SessionKey(const SessionState& state);

/// A call with its arguments as places among `columns`, to which those that are missing are added. Chained calls become
/// one. Throws InternalError for arguments that are neither columns nor calls.
udf::Call CallOf(const bound::ExpressionPtr& call, std::vector<bound::Attribute>& columns);

}  // namespace firesteel::session
