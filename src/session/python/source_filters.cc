// Conditions that Python data sources may take over, before the plan runs.
#include "optimizer/source_filters.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/error.h"
#include "session/engine_query_runner.h"
#include "session/python/session_planner.h"
#include "session/python/stage_plan.h"

namespace firesteel::session {
namespace {

using optimizer::SourceFilter;

/// One row of the filters' values as variants: a column each filter that has one of a type that variants know.
bound::RelationPtr ValuesOf(const std::vector<SourceFilter>& filters) {
  bound::Project project{bound::MakeRelation(bound::OneRow{}, {}), {}};
  std::vector<bound::Attribute> output;
  for (const SourceFilter& filter : filters) {
    bound::ExpressionPtr value = bound::MakeLiteral(DataType::Variant(), Value{});
    if (filter.value && CanCast(filter.value->type, DataType::Variant(), EvalMode::kAnsi)) {
      value = bound::MakeCast(filter.value, DataType::Variant(), EvalMode::kAnsi, false);
    }
    output.push_back(NewColumn("value", DataType::Variant(), true));
    project.expressions.push_back({output.back(), std::move(value)});
  }
  return bound::MakeRelation(std::move(project), std::move(output));
}

nlohmann::json JsonOf(const SourceFilter& filter, const VariantValue* value) {
  nlohmann::json json{{"name", filter.name}, {"columnPath", filter.column}, {"isNegated", filter.is_negated}};
  if (value) json["value"] = {{"value", Base64Text(value->value)}, {"metadata", Base64Text(value->metadata)}};
  return json;
}

}  // namespace

bound::RelationPtr EngineQueryRunner::WithSourceFilters(const bound::RelationPtr& bound, SessionState& state,
                                                        const bound::SessionSettings& settings,
                                                        const CancelTokenPtr& cancel) {
  SessionPlanner planner(state, [&](udf::Question question) { return AskPython(std::move(question), state, cancel); });
  const auto read = [&](const bound::PythonStage& stage,
                        const std::vector<SourceFilter>& filters) -> std::optional<optimizer::FilteredRead> {
    std::vector<Value> values;
    try {
      values = RowsOf(ValuesOf(filters), settings, cancel).at(0);
    } catch (const QueryError& error) {
      if (error.condition() == "OPERATION_CANCELED") throw;
      return std::nullopt;  // whoever evaluates the condition is told
    }
    nlohmann::json shown = nlohmann::json::array();
    std::vector<size_t> places;
    for (size_t i = 0; i < filters.size(); ++i) {
      const auto* value = std::get_if<VariantValue>(&values[i].data);
      if (filters[i].value && !value) continue;
      shown.push_back(JsonOf(filters[i], value));
      places.push_back(i);
    }
    if (shown.empty()) return std::nullopt;
    const std::string text = shown.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    SessionPlanner::FilteredRead planned =
        planner.PlanFilteredRead(FunctionOf(stage), *stage.source, stage.calls[0].expression->type.fields(), text);
    optimizer::FilteredRead result{std::move(planned.function), std::move(planned.partitions),
                                   std::vector<bool>(filters.size())};
    for (const int32_t handled : planned.handled) {
      if (handled >= 0 && static_cast<size_t>(handled) < places.size()) {
        result.is_handled[places[static_cast<size_t>(handled)]] = true;
      }
    }
    return result;
  };
  return optimizer::PushSourceFilters(bound, read);
}

}  // namespace firesteel::session
