#pragma once

#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "session/config/configuration.h"
#include "session/result_sink.h"

namespace firesteel::session {

/// Whether a session's runs tell metrics of their operators: the server's option (`--conf`) and the session's setting
/// `firesteel.execution.metrics`, true unless it says false.
bool WantsOperatorMetrics(const Configuration& configuration);
inline constexpr std::string_view kOperatorMetricsKey = "firesteel.execution.metrics";

/// The engine's operators under the names of Spark's physical operators that do the same, where there is one, with
/// Spark's names of metrics: output rows, and the time spent in the operator by all threads together (ms).
std::vector<OperatorMetrics> OperatorMetricsOf(const std::vector<engine::OperatorProfile>& profile);

}  // namespace firesteel::session
