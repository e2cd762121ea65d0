// mapInPandas, mapInArrow: a function of the batches of all rows; or, of a data source, of each partition's.
#include <algorithm>
#include <utility>
#include <vector>

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
  try {
    Feed(feed, input, shape);
  } catch (...) {
    if (context_.unfinished) *context_.unfinished = feed.TakeUnfinished();
    throw;
  }
  return RowsOfStructs(feed.TakeOutputs(), relation.output);
}

bound::RelationPtr PythonStages::RunMapOfGroups(const bound::Relation& relation, const bound::PythonStage& stage,
                                                const udf::Task& task, std::vector<bound::Attribute> columns) {
  const std::vector<bound::Attribute> keys = ColumnsOf(*stage.inputs.at(0), stage.keys.at(0));
  const bound::Attribute group = NewColumn("group", DataType::Int());
  columns.push_back(group);
  const bound::RelationPtr input = Select(NumberGroups(stage.inputs[0], keys, {}, group), columns);
  // Each group is a task, and as many tasks go on at once as there are workers.
  std::vector<SharedBytes> outputs;
  std::vector<engine::ArrowBatch> waiting;
  int64_t done = 0;
  const auto run = [&] {
    if (waiting.empty()) return;
    WorkerFeed::Options options;
    options.order = WorkerFeed::Order::kByWorker;
    options.partitions = waiting.size();
    udf::Task tasks = task;
    tasks.first_partition = done;
    WorkerFeed feed(context_, std::move(tasks), options);
    for (size_t i = 0; i < waiting.size(); ++i) {
      waiting[i].group = static_cast<int32_t>(i);
      feed.Add(waiting[i]);
    }
    feed.Finish();
    for (SharedBytes& output : feed.TakeOutputs()) outputs.push_back(std::move(output));
    done += static_cast<int64_t>(waiting.size());
    waiting.clear();
  };
  Shape shape;
  shape.as_struct = true;
  shape.has_groups = true;
  context_.run(WithDefinitions(input), shape, [&](const engine::ArrowBatch& batch) {
    if (batch.rows == 0) return true;
    waiting.push_back(batch);
    if (waiting.size() == std::max<size_t>(1, context_.workers)) run();
    return true;
  });
  run();
  return RowsOfStructs(outputs, relation.output);
}

}  // namespace firesteel::session
