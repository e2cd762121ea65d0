// Python functions of rows: one value a row beside the columns that are there.
#include <optional>
#include <utility>

#include "base/error.h"
#include "session/python/python_stages.h"
#include "session/python/python_task.h"
#include "session/python/stage_plan.h"
#include "session/python/worker_feed.h"
#include "types/type_text.h"

namespace firesteel::session {

using bound::Attribute;
using bound::RelationPtr;

namespace {

bool IsIterator(int32_t type) { return type == eval_type::kScalarPandasIter || type == eval_type::kScalarArrowIter; }

}  // namespace

RelationPtr PythonStages::RunEval(const bound::Relation& relation, const bound::PythonStage& stage) {
  const bound::PythonFunction& function = FunctionOf(stage);
  udf::Task task = TaskOf(function, function.eval_type, context_.state, context_.settings, context_.files);
  std::vector<Attribute> columns;
  for (const bound::NamedExpression& call : stage.calls) {
    task.calls.push_back(CallOf(call.expression, columns));
    task.output.push_back({"_" + std::to_string(task.output.size()), call.output.type, true, {}});
  }
  const size_t arguments = columns.size();
  task.input = WorkerSchema(columns);
  task.eval_conf["input_type"] = TypeToJson(DataType::Struct(task.input));
  const RelationPtr& input = stage.inputs.at(0);
  columns.insert(columns.end(), input->output.begin(), input->output.end());

  WorkerFeed::Options options;
  // An iterator's batches are not those that it reads, but it gives as many rows: one worker keeps their order.
  options.order = IsIterator(function.eval_type) ? WorkerFeed::Order::kByWorker : WorkerFeed::Order::kByUnit;
  options.workers = IsIterator(function.eval_type) ? 1 : context_.workers;
  WorkerFeed feed(context_, std::move(task), options);
  ArrowOutput beside(context_.temp_folder);
  const bool has_beside = !input->output.empty();
  Shape shape;
  if (has_beside) shape.beside_from = arguments;
  context_.run(WithDefinitions(Select(input, columns)), shape, [&](const engine::ArrowBatch& batch) {
    feed.Add(batch);
    if (has_beside) beside.AddBatch(batch.beside);
    return true;
  });
  feed.Finish();
  if (feed.rows() == 0) return RowsOf(nullptr, nullptr, relation.output);
  std::vector<SharedBytes> results = feed.TakeOutputs();
  if (results.size() != 1) throw InternalError("a Python stage gave no results");
  SharedBytes first = has_beside ? beside.Take() : results[0];
  return RowsOf(std::move(first), has_beside ? results[0] : nullptr, relation.output);
}

}  // namespace firesteel::session
