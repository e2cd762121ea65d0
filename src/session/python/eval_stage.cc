// Python functions of rows: one value a row beside the columns that are there.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "arrow/record_batch_writer.h"
#include "base/error.h"
#include "session/python/python_stages.h"
#include "session/python/python_task.h"
#include "session/python/stage_plan.h"
#include "session/python/worker_feed.h"
#include "types/type_text.h"
#include "types/user_type.h"

namespace firesteel::session {

using bound::Attribute;
using bound::RelationPtr;

namespace {

/// The type with numbers of months in place of year-month intervals, whose bits are the same.
DataType WithMonths(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kYearMonthInterval:
      return DataType::Int();
    case TypeKind::kArray:
      return DataType::Array(WithMonths(type.element_type()), type.contains_null());
    case TypeKind::kMap:
      return DataType::Map(WithMonths(type.key_type()), WithMonths(type.value_type()), type.value_contains_null());
    case TypeKind::kStruct: {
      Schema fields = type.fields();
      for (StructField& field : fields) field.type = WithMonths(field.type);
      return DataType::Struct(std::move(fields));
    }
    default:
      return type;
  }
}

/// PyArrow has no class for arrays of year-month intervals, which a function whose rows Spark pickles may see: the
/// schema's message without them; null where there are none.
std::shared_ptr<const std::string> PickledSchema(const Schema& input, const bound::SessionSettings& settings) {
  const DataType type = DataType::Struct(StorageSchema(input));
  const DataType months = WithMonths(type);
  if (months == type) return nullptr;
  arrow::RecordBatchWriter writer(months.fields(), settings.time_zone);
  return PartsOf(writer.Finish(0).slices).schema;
}

bool IsIterator(int32_t type) { return type == bound::kPandasScalarIterator || type == bound::kArrowScalarIterator; }

}  // namespace

RelationPtr PythonStages::RunEval(const bound::Relation& relation, const bound::PythonStage& stage) {
  const bound::PythonFunction& function = FunctionOf(stage);
  udf::Task task = TaskOf(function, function.eval_type, context_.state, context_.settings, context_.files);
  std::vector<Attribute> columns;
  for (const bound::NamedExpression& call : stage.calls) {
    task.calls.push_back(CallOf(call.expression, columns));
    task.output.push_back({"_" + std::to_string(task.output.size()), StorageType(call.output.type), true, {}});
  }
  const size_t arguments = columns.size();
  task.input = WorkerSchema(columns);
  task.eval_conf["input_type"] = TypeToJson(DataType::Struct(task.input));
  const RelationPtr& input = stage.inputs.at(0);
  columns.insert(columns.end(), input->output.begin(), input->output.end());

  WorkerFeed::Options options;
  options.workers = context_.workers;
  if (function.eval_type == bound::kPythonBatched) options.schema = PickledSchema(task.input, context_.settings);
  Shape shape;
  const bool has_beside = !input->output.empty();
  if (has_beside) shape.beside_from = arguments;
  RelationPtr rows = Select(input, columns);
  if (IsIterator(function.eval_type)) {
    // Its batches are not those that it reads, but it gives as many rows: those of a partition stay with one worker.
    options.order = WorkerFeed::Order::kByWorker;
    options.workers = 1;
    rows = WithPartitions(std::move(rows), shape, options);
  }
  WorkerFeed feed(context_, std::move(task), options);
  ArrowOutput beside(context_.place);
  Feed(feed, std::move(rows), shape, has_beside ? &beside : nullptr);
  if (feed.rows() == 0) return RowsOf(nullptr, nullptr, relation.output);
  SharedBytes results = feed.TakeJoined();
  if (!results) throw InternalError("a Python stage gave no results");
  SharedBytes first = has_beside ? beside.Take() : results;
  return RowsOf(std::move(first), has_beside ? results : nullptr, relation.output);
}

}  // namespace firesteel::session
