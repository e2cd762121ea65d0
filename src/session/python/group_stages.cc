// Python functions of groups: applyInPandas and applyInArrow of one and of two inputs, grouped aggregates.
#include <optional>
#include <utility>

#include "arrow/record_batch_writer.h"
#include "base/error.h"
#include "session/python/python_stages.h"
#include "session/python/python_task.h"
#include "session/python/stage_plan.h"
#include "session/python/worker_feed.h"
#include "types/coercion.h"

namespace firesteel::session {

using bound::Attribute;
using bound::RelationPtr;

namespace {

/// The columns that the function sees, of input number `input`: the call's arguments that are columns of it.
std::vector<Attribute> ValuesOf(const bound::PythonStage& stage, size_t input) {
  std::vector<bound::AttributeId> ids;
  const auto* call = stage.calls[0].expression->As<bound::PythonCall>();
  for (const bound::ExpressionPtr& argument : call->arguments) {
    const auto* reference = argument->As<bound::AttributeRef>();
    if (!reference) throw InternalError("an argument of a Python function is not a column of its stage's input");
    for (const Attribute& column : stage.inputs.at(input)->output) {
      if (column.id == reference->id) ids.push_back(column.id);
    }
  }
  return ColumnsOf(*stage.inputs.at(input), ids);
}

/// One part of a grouped function's offsets, as PySpark's worker reads them: how many follow, the number of keys, the
/// keys' places, the values' places. Adds the columns to `columns`.
void AppendOffsets(const std::vector<Attribute>& keys, const std::vector<Attribute>& values,
                   std::vector<Attribute>& columns, std::vector<int32_t>& offsets) {
  offsets.push_back(static_cast<int32_t>(1 + keys.size() + values.size()));
  offsets.push_back(static_cast<int32_t>(keys.size()));
  for (const Attribute& key : keys) offsets.push_back(PlaceOf(key, columns));
  for (const Attribute& value : values) offsets.push_back(PlaceOf(value, columns));
}

udf::Call GroupedCall(const bound::PythonStage& stage) {
  const auto* call = stage.calls[0].expression->As<bound::PythonCall>();
  udf::Call result;
  result.commands.push_back(std::shared_ptr<const std::string>(call->function, &call->function->command));
  result.result_id = call->result_id;
  return result;
}

/// The message of a batch of these columns without rows.
std::vector<std::shared_ptr<const std::string>> EmptyBatch(const std::vector<Attribute>& columns,
                                                           const bound::SessionSettings& settings) {
  arrow::RecordBatchWriter writer(WorkerSchema(columns), settings.time_zone);
  return PartsOf(writer.Finish(0).slices).record_batch;
}

/// Whether the worker reads structs and makes columns of their fields.
bool ReadsStructs(int32_t type) { return type == bound::kArrowGroupedMap || type == bound::kArrowGroupedMapIterator; }

/// Whether the function gives one batch for a group.
bool GivesOneBatch(int32_t type) { return type == bound::kPandasGroupedMap || type == bound::kPandasCoGroupedMap; }

}  // namespace

RelationPtr PythonStages::RunGroupMap(const bound::Relation& relation, const bound::PythonStage& stage) {
  const bound::PythonFunction& function = FunctionOf(stage);
  const RelationPtr& input = stage.inputs.at(0);
  udf::Task task = TaskOf(function, function.eval_type, context_.state, context_.settings, context_.files);
  const std::vector<Attribute> keys = ColumnsOf(*input, stage.keys.at(0));
  std::vector<Attribute> columns;
  udf::Call call = GroupedCall(stage);
  AppendOffsets(keys, ValuesOf(stage, 0), columns, call.arguments);
  task.calls.push_back(std::move(call));

  WorkerFeed::Options options;
  options.order = GivesOneBatch(function.eval_type) ? WorkerFeed::Order::kByUnit : WorkerFeed::Order::kByWorker;
  options.streams = 1;
  options.workers = context_.workers;
  WorkerFeed feed(context_, std::move(task), options);
  Shape shape;
  shape.has_groups = true;
  shape.as_struct = ReadsStructs(function.eval_type);
  const Attribute group = NewColumn("group", DataType::Int());
  const RelationPtr numbered = NumberGroups(Select(input, columns), keys, {}, group);
  Feed(feed, numbered, shape);
  return RowsOfStructs(feed.TakeOutputs(), relation.output);
}

RelationPtr PythonStages::RunCoGroup(const bound::Relation& relation, const bound::PythonStage& stage) {
  const bound::PythonFunction& function = FunctionOf(stage);
  udf::Task task = TaskOf(function, function.eval_type, context_.state, context_.settings, context_.files);
  udf::Call call = GroupedCall(stage);
  std::vector<std::vector<Attribute>> columns(2);
  std::vector<std::vector<Attribute>> keys(2);
  for (size_t side = 0; side < 2; ++side) {
    keys[side] = ColumnsOf(*stage.inputs.at(side), stage.keys.at(side));
    AppendOffsets(keys[side], ValuesOf(stage, side), columns[side], call.arguments);
  }
  task.calls.push_back(std::move(call));

  // One plan of all rows of both sides: the columns of the left, those of the right, the keys, the side. What a side
  // does not have is null there.
  std::vector<Attribute> all;
  for (const auto& side : columns) {
    for (const Attribute& column : side) {
      all.push_back({NewStageId(), column.name, column.type, true, {}, {}});
    }
  }
  const size_t first_key = all.size();
  // Keys of several types are never the same.
  std::vector<size_t> of_key;  // the side that gives its value; 2: both
  for (size_t k = 0; k < keys[0].size(); ++k) {
    const bool is_same = SameTypeIgnoringNullability(keys[0][k].type, keys[1][k].type);
    for (const size_t side : is_same ? std::vector<size_t>{2} : std::vector<size_t>{0, 1}) {
      of_key.push_back(side);
      all.push_back({NewStageId(), "key", keys[side % 2][k].type, true, {}, {}});
    }
  }
  const Attribute side_column = NewColumn("side", DataType::Int());
  all.push_back(side_column);
  bound::SetOperation both{bound::SetOperation::Kind::kUnion, true, {}};
  for (size_t side = 0; side < 2; ++side) {
    bound::Project project{stage.inputs.at(side), {}};
    std::vector<Attribute> output;
    const auto add = [&](bound::ExpressionPtr expression) {
      Attribute column = all[output.size()];
      column.id = NewStageId();
      output.push_back(column);
      project.expressions.push_back({std::move(column), std::move(expression)});
    };
    for (size_t of = 0; of < 2; ++of) {
      for (const Attribute& column : columns[of]) {
        add(of == side ? ReferenceTo(column) : bound::MakeLiteral(column.type, Value{}));
      }
    }
    size_t of_side = 0;
    for (size_t k = 0; k < of_key.size(); ++k) {
      const bool has_value = of_key[k] == 2 || of_key[k] == side;
      add(has_value ? ReferenceTo(keys[side][of_side++]) : bound::MakeLiteral(all[first_key + k].type, Value{}));
    }
    add(bound::MakeLiteral(DataType::Int(), Value{static_cast<int64_t>(side)}));
    both.inputs.push_back(bound::MakeRelation(std::move(project), std::move(output)));
  }
  const RelationPtr united = bound::MakeRelation(std::move(both), all);
  const std::vector<Attribute> key_columns(all.begin() + static_cast<ptrdiff_t>(first_key), all.end() - 1);
  const Attribute group = NewColumn("group", DataType::Int());
  const RelationPtr numbered = NumberGroups(united, key_columns, {{ReferenceTo(side_column), true, true}}, group);
  // The number of the stream: 2 × group + side.
  const Attribute stream = NewColumn("stream", DataType::Int());
  bound::Project last{numbered, {}};
  std::vector<Attribute> output(all.begin(), all.begin() + static_cast<ptrdiff_t>(first_key));
  for (const Attribute& column : output) last.expressions.push_back({column, ReferenceTo(column)});
  last.expressions.push_back(
      {stream,
       IntegerCall("+", {IntegerCall("*", {ReferenceTo(group), bound::MakeLiteral(DataType::Int(), Value{int64_t{2}})}),
                         ReferenceTo(side_column)})});
  output.push_back(stream);
  const RelationPtr input = bound::MakeRelation(std::move(last), std::move(output));

  WorkerFeed::Options options;
  options.order = GivesOneBatch(function.eval_type) ? WorkerFeed::Order::kByUnit : WorkerFeed::Order::kByWorker;
  options.streams = 2;
  for (size_t side = 0; side < 2; ++side) options.empty_batches[side] = EmptyBatch(columns[side], context_.settings);
  options.workers = context_.workers;
  WorkerFeed feed(context_, std::move(task), options);
  Shape shape;
  shape.has_groups = true;
  shape.beside_from = columns[0].size();
  Feed(feed, input, shape);
  return RowsOfStructs(feed.TakeOutputs(), relation.output);
}

RelationPtr PythonStages::RunAggregate(const bound::Relation& relation, const bound::PythonStage& stage) {
  const bound::PythonFunction& function = FunctionOf(stage);
  const RelationPtr& input = stage.inputs.at(0);
  udf::Task task = TaskOf(function, function.eval_type, context_.state, context_.settings, context_.files);
  std::vector<Attribute> columns;
  for (const bound::NamedExpression& call : stage.calls) task.calls.push_back(CallOf(call.expression, columns));
  const size_t arguments = columns.size();
  const std::vector<Attribute> keys = ColumnsOf(*input, stage.keys.at(0));

  WorkerFeed::Options options;
  options.streams = 1;
  options.workers = context_.workers;
  WorkerFeed feed(context_, std::move(task), options);
  ArrowOutput beside(context_.place);
  Shape shape;
  shape.has_groups = true;
  shape.beside = engine::QuerySpec::Beside::kFirstOfGroup;
  if (!keys.empty()) shape.beside_from = arguments;
  const Attribute group = NewColumn("group", DataType::Int());
  const RelationPtr numbered = NumberGroups(input, keys, {}, group);
  columns.insert(columns.end(), keys.begin(), keys.end());
  columns.push_back(group);
  Feed(feed, Select(numbered, columns), shape, &beside);
  if (feed.rows() == 0) return RowsOf(nullptr, nullptr, relation.output);
  std::vector<SharedBytes> results = feed.TakeOutputs();
  if (results.size() != 1) throw InternalError("a Python stage gave no results");
  SharedBytes first = keys.empty() ? results[0] : beside.Take();
  return RowsOf(std::move(first), keys.empty() ? nullptr : results[0], relation.output);
}

}  // namespace firesteel::session
