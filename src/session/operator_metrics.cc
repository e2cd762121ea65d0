#include "session/operator_metrics.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "session/config/config_value.h"

namespace firesteel::session {
namespace {

struct Row {
  std::string_view engine;
  std::string_view spark;
};

// Sorted by the engine's name.
constexpr Row kNames[] = {
    {"BLOCKWISE_NL_JOIN", "BroadcastNestedLoopJoin"},
    {"COLUMN_DATA_SCAN", "LocalTableScan"},
    {"CROSS_PRODUCT", "CartesianProduct"},
    {"DUMMY_SCAN", "Scan OneRowRelation"},
    {"EMPTY_RESULT", "LocalTableScan"},
    {"FILTER", "Filter"},
    {"HASH_GROUP_BY", "HashAggregate"},
    {"HASH_JOIN", "BroadcastHashJoin"},
    {"IE_JOIN", "BroadcastNestedLoopJoin"},
    {"LIMIT", "GlobalLimit"},
    {"NESTED_LOOP_JOIN", "BroadcastNestedLoopJoin"},
    {"ORDER_BY", "Sort"},
    {"PARTITIONED_AGGREGATE", "HashAggregate"},
    {"PERFECT_HASH_GROUP_BY", "HashAggregate"},
    {"PIECEWISE_MERGE_JOIN", "BroadcastNestedLoopJoin"},
    {"PROJECTION", "Project"},
    {"RANGE", "Range"},
    {"STREAMING_LIMIT", "LocalLimit"},
    {"STREAMING_WINDOW", "Window"},
    {"TOP_N", "TakeOrderedAndProject"},
    {"UNGROUPED_AGGREGATE", "HashAggregate"},
    {"UNION", "Union"},
    {"UNNEST", "Generate"},
    {"WINDOW", "Window"},
};

std::string NameOf(std::string_view engine) {
  while (engine.ends_with(' ')) engine.remove_suffix(1);
  const auto* row = std::lower_bound(std::begin(kNames), std::end(kNames), engine,
                                     [](const Row& r, std::string_view name) { return r.engine < name; });
  if (row != std::end(kNames) && row->engine == engine) return std::string(row->spark);
  if (engine.ends_with("_SCAN") || engine.starts_with("READ_")) return "Scan " + std::string(engine);
  return std::string(engine);
}

}  // namespace

bool WantsOperatorMetrics(const Configuration& configuration) {
  bool wanted = true;
  if (const auto text = configuration.FindSet(kOperatorMetricsKey)) ParseConfigBoolean(*text, &wanted);
  return wanted;
}

std::vector<OperatorMetrics> OperatorMetricsOf(const std::vector<engine::OperatorProfile>& profile) {
  std::vector<OperatorMetrics> metrics;
  metrics.reserve(profile.size());
  for (size_t i = 0; i < profile.size(); ++i) {
    const engine::OperatorProfile& op = profile[i];
    OperatorMetrics told;
    told.name = NameOf(op.name);
    told.plan_id = static_cast<int64_t>(i) + 1;
    // As Spark's: the topmost one is its own parent.
    told.parent_plan_id = op.parent < 0 ? told.plan_id : op.parent + 1;
    told.metrics = {{"numOutputRows", "number of output rows", op.rows, "sum"},
                    {"pipelineTime", "duration", static_cast<int64_t>(op.seconds * 1'000), "timing"}};
    metrics.push_back(std::move(told));
  }
  return metrics;
}

}  // namespace firesteel::session
