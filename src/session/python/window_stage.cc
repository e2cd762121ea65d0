// Python functions of the rows of a window's frame.
#include <utility>

#include "base/error.h"
#include "functions/function.h"
#include "session/python/python_stages.h"
#include "session/python/python_task.h"
#include "session/python/stage_plan.h"
#include "session/python/worker_feed.h"

namespace firesteel::session {

using bound::Attribute;
using bound::RelationPtr;

namespace {

Attribute NumberColumn(const char* name) { return NewColumn(name, DataType::Int(), true); }

bool IsWhole(const bound::WindowFrame& frame) {
  return frame.lower.kind == bound::FrameBoundary::Kind::kUnboundedPreceding &&
         frame.upper.kind == bound::FrameBoundary::Kind::kUnboundedFollowing;
}

/// Adds columns computed by window calls.
RelationPtr AddWindow(RelationPtr input, std::vector<bound::NamedExpression> calls) {
  std::vector<Attribute> output = input->output;
  for (const bound::NamedExpression& call : calls) output.push_back(call.output);
  return bound::MakeRelation(bound::Window{std::move(input), std::move(calls)}, std::move(output));
}

struct Frames {
  RelationPtr input;
  Attribute row;    ///< number of the row in its partition, from 1
  Attribute begin;  ///< of the frame, counted from 0
  Attribute end;    ///< behind its last row
};

/// Where each row's frame lies among the rows of its partition: the least and the greatest number of a row in it.
Frames AddFrames(const bound::PythonStage& stage, const std::vector<Attribute>& keys) {
  Frames frames{stage.inputs.at(0), NumberColumn("row"), NumberColumn("begin"), NumberColumn("end")};
  bound::WindowCall number;
  for (const Attribute& key : keys) number.partition_by.push_back(ReferenceTo(key));
  bound::WindowCall in_frame = number;
  number.order_by = stage.orders;
  number.function = IntegerCall("row_number", {});
  frames.input = AddWindow(frames.input, {{frames.row, bound::Make(std::move(number), DataType::Int(), false)}});
  in_frame.frame = stage.frame;
  in_frame.frame.is_specified = true;
  // Rows that the order does not part must come in the order of their numbers; a RANGE goes by the values themselves.
  in_frame.order_by = stage.orders;
  if (stage.frame.is_rows) in_frame.order_by = {{ReferenceTo(frames.row), true, true}};
  const Attribute least = NumberColumn("least");
  const Attribute greatest = NumberColumn("greatest");
  std::vector<bound::NamedExpression> ends;
  for (const auto& [column, name] : {std::pair{least, "min"}, std::pair{greatest, "max"}}) {
    bound::WindowCall call = in_frame;
    bound::AggregateCall aggregate;
    aggregate.function = functions::Find(name);
    aggregate.arguments = {ReferenceTo(frames.row)};
    call.function = bound::Make(std::move(aggregate), DataType::Int(), true);
    ends.push_back({column, bound::Make(std::move(call), DataType::Int(), true)});
  }
  frames.input = AddWindow(std::move(frames.input), std::move(ends));
  const auto zero = bound::MakeLiteral(DataType::Int(), Value{int64_t{0}});
  const auto one = bound::MakeLiteral(DataType::Int(), Value{int64_t{1}});
  bound::Project project{frames.input, {}};
  std::vector<Attribute> output = stage.inputs.at(0)->output;
  output.push_back(frames.row);
  for (const Attribute& column : output) project.expressions.push_back({column, ReferenceTo(column)});
  // A frame without rows is empty anywhere.
  project.expressions.push_back(
      {frames.begin, IntegerCall("coalesce", {IntegerCall("-", {ReferenceTo(least), one}), zero})});
  project.expressions.push_back({frames.end, IntegerCall("coalesce", {ReferenceTo(greatest), zero})});
  output.push_back(frames.begin);
  output.push_back(frames.end);
  frames.input = bound::MakeRelation(std::move(project), std::move(output));
  return frames;
}

}  // namespace

RelationPtr PythonStages::RunWindow(const bound::Relation& relation, const bound::PythonStage& stage) {
  const bound::PythonFunction& function = FunctionOf(stage);
  const RelationPtr& input = stage.inputs.at(0);
  udf::Task task = TaskOf(function, function.eval_type, context_.state, context_.settings, context_.files);
  const std::vector<Attribute> keys = ColumnsOf(*input, stage.keys.at(0));
  const bool is_whole = IsWhole(stage.frame);

  RelationPtr rows = input;
  std::vector<bound::SortOrder> orders = stage.orders;
  std::vector<Attribute> columns;
  if (!is_whole) {
    Frames frames = AddFrames(stage, keys);
    rows = frames.input;
    orders = {{ReferenceTo(frames.row), true, true}};
    columns = {frames.begin, frames.end};
  }
  std::string bounds;
  for (const bound::NamedExpression& call : stage.calls) {
    udf::Call task_call = CallOf(call.expression, columns);
    if (!is_whole) {
      task_call.arguments.insert(task_call.arguments.begin(), {0, 1});
      if (!task_call.argument_names.empty()) {
        task_call.argument_names.insert(task_call.argument_names.begin(), {"", ""});
      }
    }
    task.calls.push_back(std::move(task_call));
    bounds += std::string(bounds.empty() ? "" : ",") + (is_whole ? "unbounded" : "bounded");
  }
  task.runner_conf["window_bound_types"] = bounds;
  const size_t arguments = columns.size();
  columns.insert(columns.end(), input->output.begin(), input->output.end());
  const Attribute group = NewColumn("group", DataType::Int());
  const RelationPtr numbered = NumberGroups(std::move(rows), keys, orders, group);
  columns.push_back(group);

  WorkerFeed::Options options;
  options.streams = 1;
  options.workers = context_.workers;
  WorkerFeed feed(context_, std::move(task), options);
  ArrowOutput beside(context_.place);
  Shape shape;
  shape.has_groups = true;
  shape.beside_from = arguments;
  Feed(feed, Select(numbered, columns), shape, &beside);
  if (feed.rows() == 0) return RowsOf(nullptr, nullptr, relation.output);
  std::vector<SharedBytes> results = feed.TakeOutputs();
  if (results.size() != 1) throw InternalError("a Python stage gave no results");
  return RowsOf(beside.Take(), results[0], relation.output);
}

}  // namespace firesteel::session
