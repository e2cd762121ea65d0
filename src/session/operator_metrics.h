#pragma once

#include <vector>

#include "engine/engine.h"
#include "session/result_sink.h"

namespace firesteel::session {

/// The engine's operators under the names of Spark's physical operators that do the same, where there is one, with
/// Spark's names of metrics: output rows, and the time spent in the operator by all threads together (ms).
std::vector<OperatorMetrics> OperatorMetricsOf(const std::vector<engine::OperatorProfile>& profile);

}  // namespace firesteel::session
