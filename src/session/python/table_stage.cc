// Table functions in Python: any number of rows for each row of the input, and some at the end of a partition.
#include <algorithm>
#include <optional>
#include <utility>

#include "arrow/ipc_reader.h"
#include "arrow/record_batch_writer.h"
#include "base/error.h"
#include "bound/python_eval_type.h"
#include "functions/binding/binding.h"
#include "session/python/python_stages.h"
#include "session/python/python_task.h"
#include "session/python/stage_plan.h"
#include "session/python/worker_feed.h"
#include "types/type_text.h"
#include "types/user_type.h"

namespace firesteel::session {

using bound::Attribute;
using bound::ExpressionPtr;
using bound::RelationPtr;

namespace {

/// What the function gave for the rows of one partition: of one instance of its class.
struct Segment {
  SharedBytes results;    ///< one column
  int64_t first_row = 0;  ///< of the input, from 0
  int64_t rows = 0;
};

/// The call with the places of its arguments among `columns`, to which those that are missing are added.
udf::TableCall TableCallOf(const bound::PythonStage& stage, std::vector<Attribute>& columns) {
  const auto* call = stage.calls.at(0).expression->As<bound::PythonCall>();
  if (!call) throw InternalError("a table function's stage computes something else than its call");
  udf::Call plain = CallOf(stage.calls[0].expression, columns);
  udf::TableCall result;
  result.arguments = std::move(plain.arguments);
  result.argument_names = std::move(plain.argument_names);
  result.handler = plain.commands.at(0);
  if (!stage.analyze_result.empty()) {
    result.analyze_result = std::make_shared<const std::string>(stage.analyze_result);
  }
  result.return_type = TypeToJson(stage.calls[0].expression->type);
  result.name = call->function->name;
  if (!stage.has_table_argument) return result;
  // The values of PARTITION BY are the last fields of the table's row; the worker takes them out again.
  const DataType& row = stage.inputs.at(0)->output.at(0).type;
  const auto fields = static_cast<int32_t>(row.fields().size());
  const auto keys = static_cast<int32_t>(stage.keys.at(0).size());
  for (int32_t i = fields - keys; i < fields; ++i) result.partition_child_indexes.push_back(i);
  return result;
}

/// The offset of the table's row among the columns that workers see.
std::optional<size_t> PlaceOfTable(const bound::PythonStage& stage, const std::vector<Attribute>& columns) {
  if (!stage.has_table_argument) return std::nullopt;
  const bound::AttributeId id = stage.inputs.at(0)->output.at(0).id;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].id == id) return i;
  }
  throw InternalError("a table function that is not given its table");
}

/// A stream of the numbers of input rows, beside the results. What came behind the last row's is of that row: so
/// Spark joins what `terminate` gives.
SharedBytes RowNumbers(const Segment& segment, bool row_each, const OutputPlace& place, const std::string& time_zone) {
  ArrowOutput output(place);
  arrow::RecordBatchWriter writer({{"row", DataType::Long(), false, {}}}, time_zone);
  const auto reader = arrow::IpcReader::Open(segment.results);
  int64_t unit = 0;
  const auto number = [&] { return segment.first_row + std::min(unit, segment.rows - 1); };
  while (true) {
    const arrow::Owned<ArrowArray> batch = reader->Next();
    if (batch.empty()) break;
    const int64_t rows = batch->length;
    auto* const numbers = writer.columns()[0].AppendFixedAs<int64_t>(rows);
    for (int64_t i = 0; i < rows; ++i) {
      numbers[i] = number();
      if (row_each) ++unit;
    }
    if (!row_each) ++unit;
    writer.columns()[0].AppendAllValid(rows);
    output.AddBatch(writer.Finish(rows).slices);
  }
  return output.Take();
}

/// Rows of the function's columns, with `numbers` the number of the input's row behind them.
class Results {
 public:
  Results(const bound::PythonStage& stage, std::vector<Attribute> output)
      : is_list_(FunctionOf(stage).eval_type == bound::kPythonTable), output_(std::move(output)) {}

  /// `numbers`: null for none.
  void Add(const SharedBytes& results, SharedBytes numbers) {
    const Schema given = arrow::IpcReader::Open(results)->schema();
    const DataType* type = given.size() == 1 ? &given[0].type : nullptr;
    if (type && is_list_ && type->Is(TypeKind::kArray)) type = &type->element_type();
    if (!type || !type->Is(TypeKind::kStruct)) throw InternalError("a Python worker gave no column of structs");
    CheckTypes(type->fields(), output_);
    const Attribute whole{NewStageId(), "_0", given[0].type, true, {}, {}};
    std::vector<Attribute> columns{whole};
    std::vector<Attribute> output = output_;
    for (Attribute& column : output) column.id = NewStageId();
    std::optional<Attribute> number;
    if (numbers) {
      number = NewColumn("row", DataType::Long());
      columns.push_back(*number);
    }
    RelationPtr relation =
        bound::MakeRelation(bound::LocalData{{}, results, std::move(numbers)}, std::vector<Attribute>(columns));
    Attribute row = whole;
    if (is_list_) {
      row = NewColumn("col", *type, true);
      bound::Call explode{functions::Find("explode"), {ReferenceTo(whole)}, EvalMode::kAnsi, {}};
      columns.push_back(row);
      relation = bound::MakeRelation(
          bound::Generate{std::move(relation), bound::Make(std::move(explode), *type, true), false, {row}}, columns);
    }
    bound::Project project{std::move(relation), {}};
    for (size_t i = 0; i < output.size(); ++i) {
      bound::GetField field{ReferenceTo(row), static_cast<int32_t>(i), output[i].name, false};
      project.expressions.push_back({output[i], bound::Make(std::move(field), output[i].type, true)});
    }
    if (number) {
      output.push_back(NewColumn("row", DataType::Long()));
      project.expressions.push_back({output.back(), ReferenceTo(*number)});
    }
    parts_.push_back(bound::MakeRelation(std::move(project), std::move(output)));
  }

  bool empty() const { return parts_.empty(); }

  /// Columns `output` of all parts, one part after the other.
  RelationPtr Rows(const std::vector<Attribute>& output) {
    if (parts_.size() > 1) {
      return bound::MakeRelation(bound::SetOperation{bound::SetOperation::Kind::kUnion, true, std::move(parts_)},
                                 output);
    }
    bound::Project project{parts_.at(0), {}};
    for (size_t i = 0; i < output.size(); ++i) {
      project.expressions.push_back({output[i], ReferenceTo(parts_[0]->output.at(i))});
    }
    return bound::MakeRelation(std::move(project), output);
  }

 private:
  const bool is_list_;  // an array of structs for each row of the input
  const std::vector<Attribute> output_;
  std::vector<RelationPtr> parts_;
};

RelationPtr WithIndex(RelationPtr relation, const Attribute& index) {
  std::vector<Attribute> output = relation->output;
  output.push_back(index);
  return bound::MakeRelation(bound::RowIndex{std::move(relation), index, std::nullopt}, std::move(output));
}

}  // namespace

RelationPtr PythonStages::RunTable(const bound::Relation& relation, const bound::PythonStage& stage) {
  const bound::PythonFunction& function = FunctionOf(stage);
  udf::Task task = TaskOf(function, function.eval_type, context_.state, context_.settings, context_.files);
  std::vector<Attribute> columns;
  task.table_call = TableCallOf(stage, columns);
  RelationPtr input = stage.inputs.at(0);
  if (columns.empty()) {
    // Rows of no columns cannot be counted as they travel.
    const Attribute none = NewColumn("none", DataType::Int());
    bound::Project project{input, {}};
    std::vector<Attribute> wide = input->output;
    for (const Attribute& column : wide) project.expressions.push_back({column, ReferenceTo(column)});
    project.expressions.push_back({none, bound::MakeLiteral(DataType::Int(), Value{int64_t{0}})});
    wide.push_back(none);
    input = bound::MakeRelation(std::move(project), std::move(wide));
    columns.push_back(none);
  }
  const size_t arguments = columns.size();
  task.input = WorkerSchema(columns);
  task.output = StorageSchema(stage.calls[0].expression->type.fields());
  task.eval_conf["input_type"] = TypeToJson(DataType::Struct(task.input));
  if (const auto place = PlaceOfTable(stage, columns)) task.eval_conf["table_arg_offsets"] = std::to_string(*place);
  const std::vector<Attribute> kept = ColumnsOf(*stage.inputs[0], stage.kept);
  columns.insert(columns.end(), kept.begin(), kept.end());

  // One instance of the class sees a partition, in its order, and what it gives stands there: a worker for each, one
  // after the other. A partition without rows has none.
  WorkerFeed::Options options;
  options.order = WorkerFeed::Order::kByWorker;
  Shape shape;
  // The rows before this are joined with what comes: each is needed, also those for which nothing comes.
  const bool joins = !kept.empty() || stage.outer;
  if (!kept.empty()) shape.beside_from = arguments;
  WorkerFeed::Options partitions;
  const RelationPtr rows = WithPartitions(Select(input, columns), shape, partitions);
  const std::vector<Attribute> given(relation.output.begin() + static_cast<ptrdiff_t>(kept.size()),
                                     relation.output.end());
  Results results(stage, given);
  const bool row_each = function.eval_type == bound::kPythonTable;
  ArrowOutput beside(context_.place);
  std::optional<WorkerFeed> feed;
  int32_t partition = 0;
  int64_t first_row = 0;
  const auto finish = [&] {
    if (!feed) return;
    feed->Finish();
    const int64_t fed = feed->rows();
    for (const SharedBytes& stream : feed->TakeOutputs()) {
      const Segment segment{stream, first_row, fed};
      results.Add(stream, joins ? RowNumbers(segment, row_each, context_.place, context_.settings.time_zone) : nullptr);
    }
    first_row += fed;
    feed.reset();
  };
  context_.run(WithDefinitions(rows), shape, [&](const engine::ArrowBatch& batch) {
    if (batch.rows == 0) return true;
    if (feed && batch.group != partition) finish();
    partition = batch.group;
    if (!feed) feed.emplace(context_, task, options);
    feed->Add(batch);
    if (!kept.empty()) beside.AddBatch(batch.beside);
    return true;
  });
  finish();
  if (first_row == 0 || (results.empty() && !stage.outer)) return RowsOf(nullptr, nullptr, relation.output);
  if (!joins) return results.Rows(given);

  // Each row of the input with its results, in the order of both.
  const Attribute row = NewColumn("row", DataType::Long());
  const Attribute of_row = NewColumn("of_row", DataType::Long(), stage.outer);
  const Attribute position = NewColumn("position", DataType::Long(), stage.outer);
  RelationPtr left;
  if (kept.empty()) {
    left = bound::MakeRelation(bound::Range{0, first_row, 1, 1}, {row});
  } else {
    left = WithIndex(bound::MakeRelation(bound::LocalData{{}, beside.Take()}, kept), row);
  }
  std::vector<Attribute> numbered = given;
  numbered.push_back(of_row);
  if (results.empty()) {
    numbered.push_back(position);
  }
  const RelationPtr right =
      results.empty() ? RowsOf(nullptr, nullptr, numbered) : WithIndex(results.Rows(numbered), position);
  std::vector<Attribute> joined = left->output;
  joined.insert(joined.end(), right->output.begin(), right->output.end());
  bound::Join join{left, right, stage.outer ? bound::Join::Type::kLeftOuter : bound::Join::Type::kInner,
                   functions::BindByName("=", {ReferenceTo(row), ReferenceTo(of_row)}, context_.settings, nullptr),
                   false};
  bound::Sort sort{bound::MakeRelation(std::move(join), joined),
                   {{ReferenceTo(row), true, true}, {ReferenceTo(position), true, true}},
                   true};
  return Select(bound::MakeRelation(std::move(sort), std::move(joined)), relation.output);
}

}  // namespace firesteel::session
