// mapInPandas, mapInArrow: a function of the batches of all rows.
#include <utility>

#include "session/python/python_stages.h"
#include "session/python/python_task.h"
#include "session/python/stage_plan.h"
#include "session/python/worker_feed.h"

namespace firesteel::session {

bound::RelationPtr PythonStages::RunMap(const bound::Relation& relation, const bound::PythonStage& stage) {
  const bound::PythonFunction& function = FunctionOf(stage);
  udf::Task task = TaskOf(function, function.eval_type, context_.state, context_.settings, context_.files);
  std::vector<bound::Attribute> columns;
  task.calls.push_back(CallOf(stage.calls[0].expression, columns));

  WorkerFeed::Options options;
  options.order = WorkerFeed::Order::kByWorker;
  options.runs_without_rows = true;
  options.workers = context_.workers;
  Shape shape;
  shape.as_struct = true;
  const bound::RelationPtr input = WithPartitions(Select(stage.inputs.at(0), columns), shape, options);
  WorkerFeed feed(context_, std::move(task), options);
  context_.run(WithDefinitions(input), shape, [&](const engine::ArrowBatch& batch) {
    feed.Add(batch);
    return true;
  });
  feed.Finish();
  return RowsOfStructs(feed.TakeOutputs(), relation.output);
}

}  // namespace firesteel::session
