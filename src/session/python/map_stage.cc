// mapInPandas, mapInArrow: a function of the batches of all rows; or, of a data source, of each partition's.
#include <optional>
#include <utility>

#include "session/python/python_stages.h"
#include "session/python/python_task.h"
#include "session/python/stage_plan.h"
#include "session/python/worker_feed.h"

namespace firesteel::session {

bound::RelationPtr PythonStages::RunMap(const bound::Relation& relation, const bound::PythonStage& stage,
                                        bool is_of_client) {
  const bound::PythonFunction& function = FunctionOf(stage);
  udf::Task task = TaskOf(function, function.eval_type, context_.state, context_.settings, context_.files);
  std::vector<bound::Attribute> columns;
  task.calls.push_back(CallOf(stage.calls[0].expression, columns));

  WorkerFeed::Options options;
  options.order = WorkerFeed::Order::kByWorker;
  // Without rows a function is called all the same, unless Spark's optimizer knows that there are none.
  options.runs_without_rows = !is_of_client;
  options.workers = context_.workers;
  Shape shape;
  shape.as_struct = true;
  if (!stage.keys.at(0).empty()) return RunMapOfGroups(relation, stage, task, columns);
  const bound::RelationPtr input = WithPartitions(Select(stage.inputs.at(0), columns), shape, options);
  WorkerFeed feed(context_, std::move(task), options);
  context_.run(WithDefinitions(input), shape, [&](const engine::ArrowBatch& batch) {
    feed.Add(batch);
    return true;
  });
  feed.Finish();
  return RowsOfStructs(feed.TakeOutputs(), relation.output);
}

bound::RelationPtr PythonStages::RunMapOfGroups(const bound::Relation& relation, const bound::PythonStage& stage,
                                                const udf::Task& task, std::vector<bound::Attribute> columns) {
  const std::vector<bound::Attribute> keys = ColumnsOf(*stage.inputs.at(0), stage.keys.at(0));
  const bound::Attribute group{NewStageId(), "group", DataType::Int(), false, {}, {}};
  columns.push_back(group);
  const bound::RelationPtr input = Select(NumberGroups(stage.inputs[0], keys, {}, group), columns);
  WorkerFeed::Options options;
  options.order = WorkerFeed::Order::kByWorker;
  std::vector<SharedBytes> outputs;
  std::optional<WorkerFeed> feed;
  int32_t current = 0;
  const auto finish = [&] {
    if (!feed) return;
    feed->Finish();
    for (SharedBytes& output : feed->TakeOutputs()) outputs.push_back(std::move(output));
    feed.reset();
  };
  Shape shape;
  shape.as_struct = true;
  shape.has_groups = true;
  context_.run(WithDefinitions(input), shape, [&](const engine::ArrowBatch& batch) {
    if (batch.rows == 0) return true;
    if (feed && batch.group != current) finish();
    current = batch.group;
    if (!feed) feed.emplace(context_, task, options);
    feed->Add(batch);
    return true;
  });
  finish();
  return RowsOfStructs(outputs, relation.output);
}

}  // namespace firesteel::session
