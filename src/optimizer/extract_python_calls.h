#pragma once

#include "bound/relation.h"
#include "bound/session_settings.h"

namespace firesteel::optimizer {

/// Whether the plan holds Python calls or stages, also in subqueries.
bool HasPython(const bound::RelationPtr& relation);

/// Moves every Python call out of its expression into a PythonStage below, as Spark's rules ExtractPythonUDFs and
/// ExtractPythonUDFFromAggregate do. What a stage computes and nobody reads is left out, filters without Python and
/// limits go below stages that give a row a row. Volatile functions (rand with a seed) get their places among the rows
/// first, since a stage's rows have none. To be called once, after the cache was looked at and before the first stage
/// runs; Optimize then sees the inputs of stages and the plan around their rows. A plan without Python stays as it is.
///
/// Throws INVALID_PANDAS_UDF_PLACEMENT, UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE as Spark's planner does.
bound::RelationPtr ExtractPythonCalls(const bound::RelationPtr& relation, const bound::SessionSettings& settings);

}  // namespace firesteel::optimizer
