// DataFrame.observe: the metrics are asked for by a query of their own, one aggregate over the observed rows, after
// the result was sent. They are those of all the rows, also where the result needed only some.
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "session/engine_query_runner.h"

namespace firesteel::session {
namespace {

void Find(const bound::RelationPtr& relation, std::vector<const bound::CollectMetrics*>& found) {
  if (const auto* metrics = relation->As<bound::CollectMetrics>()) {
    // A DataFrame may stand in a plan twice; what was observed is told once.
    const bool known = std::any_of(found.begin(), found.end(), [&](const auto* other) {
      return other->name == metrics->name && other->plan_id == metrics->plan_id;
    });
    if (!known) found.push_back(metrics);
  }
  for (const bound::RelationPtr& child : bound::Children(*relation)) Find(child, found);
}

}  // namespace

void EngineQueryRunner::SendMetrics(const bound::RelationPtr& bound, SessionState& state,
                                    const bound::SessionSettings& settings, const CancelTokenPtr& cancel,
                                    ResultSink& sink) {
  std::vector<const bound::CollectMetrics*> found;
  Find(bound, found);
  std::vector<ObservedMetrics> observed;
  for (const bound::CollectMetrics* metrics : found) {
    bound::Aggregate aggregate;
    aggregate.child = metrics->child;
    aggregate.outputs = metrics->metrics;
    std::vector<bound::Attribute> output;
    for (const bound::NamedExpression& metric : metrics->metrics) output.push_back(metric.output);
    const std::vector<std::vector<Value>> rows = RowsOf(
        WithoutPython(bound::MakeRelation(std::move(aggregate), output), state, settings, cancel), settings, cancel);
    if (rows.size() != 1) throw InternalError("observed metrics are not one row");
    ObservedMetrics told{metrics->name, metrics->plan_id, {}};
    for (size_t i = 0; i < output.size(); ++i) {
      told.values.emplace_back(output[i].name, TypedValue{output[i].type, rows[0][i]});
    }
    observed.push_back(std::move(told));
  }
  if (!observed.empty()) sink.OnObservedMetrics(observed);
}

}  // namespace firesteel::session
