#include "client/result/result_source.h"

#include <utility>

#include "arrow/ipc_reader.h"
#include "arrow/type_mapping.h"
#include "base/bytes.h"
#include "client/result/literal_value.h"
#include "client/result/record_batch.h"
#include "client/transport/status_error.h"
#include "client/types/server_types.h"
#include "client/types/type_proto.h"

namespace firesteel::client {
namespace {

// Of one batch in pieces; no server sends so much at once.
constexpr size_t kMostAssembled = size_t{2} << 30;

Error ProtocolError(std::string message) {
  Error error;
  error.kind = ErrorKind::kProtocol;
  error.message = std::move(message);
  return error;
}

PlanMetric MetricOf(const proto::ExecutePlanResponse::Metrics::MetricObject& object) {
  PlanMetric metric;
  metric.name = object.name();
  metric.plan_id = object.plan_id();
  metric.parent = object.parent();
  for (const auto& [key, value] : object.execution_metrics()) {
    metric.entries[key] = {value.name(), value.value(), value.metric_type()};
  }
  return metric;
}

ObservedMetrics ObservedOf(const proto::ExecutePlanResponse::ObservedMetrics& observed) {
  ObservedMetrics metrics;
  metrics.name = observed.name();
  metrics.plan_id = observed.plan_id();
  if (observed.has_root_error_idx()) metrics.error = ErrorOf(observed.errors(), observed.root_error_idx());
  for (int i = 0; i < observed.values_size(); ++i) {
    std::string key = i < observed.keys_size() ? observed.keys(i) : "observed_metric_" + std::to_string(i);
    metrics.values.emplace_back(std::move(key), ValueOfLiteral(observed.values(i)));
  }
  return metrics;
}

}  // namespace

Error ResultStream::Source::Fail(Error error) {
  failure_ = error;
  ended_ = true;
  ready_.clear();
  return error;
}

Result<bool> ResultStream::Source::Advance() {
  if (failure_) return *failure_;
  if (ended_) return false;
  Result<std::optional<Response>> answered = responses_->Next();
  if (!answered) return Fail(answered.error());
  if (!*answered) {
    ended_ = true;
    if (pieces_ > 0) return Fail(ProtocolError("The result ended in the middle of an Arrow batch."));
    return false;
  }
  Response& response = **answered;
  if (response.has_metrics()) {
    for (const auto& object : response.metrics().metrics()) metrics_.push_back(MetricOf(object));
  }
  for (const auto& observed : response.observed_metrics()) observed_metrics_.push_back(ObservedOf(observed));
  if (response.has_schema()) schema_ = std::make_shared<const Schema>(SchemaFromProto(response.schema()));
  if (response.has_arrow_batch()) {
    Result<void> added = AddBatch(std::move(*response.mutable_arrow_batch()));
    if (!added) return Fail(added.error());
  }
  return true;
}

Result<void> ResultStream::Source::AddBatch(Response::ArrowBatch batch) {
  if (batch.chunk_index() != pieces_) {
    return ProtocolError("The server sent piece " + std::to_string(batch.chunk_index()) +
                         " of an Arrow batch, expected was " + std::to_string(pieces_) + ".");
  }
  if (pieces_ == 0 && batch.has_start_offset() && batch.start_offset() != rows_) {
    return ProtocolError("The server sent a batch that begins at row " + std::to_string(batch.start_offset()) +
                         ", expected was " + std::to_string(rows_) + ".");
  }
  const int64_t pieces = batch.has_num_chunks_in_batch() ? batch.num_chunks_in_batch() : 0;
  if (pieces <= 1) return Decode(std::move(*batch.mutable_data()), batch.row_count());
  if (assembled_.size() + batch.data().size() > kMostAssembled) {
    return ProtocolError("The server sent an Arrow batch of more than 2 GiB.");
  }
  assembled_.append(batch.data());
  if (++pieces_ < pieces) return {};
  pieces_ = 0;
  return Decode(std::exchange(assembled_, {}), batch.row_count());
}

Result<void> ResultStream::Source::Decode(std::string bytes, int64_t rows) {
  try {
    std::shared_ptr<arrow::IpcReader> reader = arrow::IpcReader::Open(Bytes::Of(std::move(bytes)));
    if (!schema_) {
      schema_ = std::make_shared<const Schema>(FromServerType(firesteel::DataType::Struct(reader->schema())).fields());
    }
    if (static_cast<int64_t>(schema_->size()) != reader->arrow_schema().n_children) {
      return ProtocolError("The server sent a batch of " + std::to_string(reader->arrow_schema().n_children) +
                           " columns, the schema has " + std::to_string(schema_->size()) + ".");
    }
    int64_t found = 0;
    while (true) {
      arrow::Owned<ArrowArray> array = reader->Next();
      if (array.empty()) break;
      found += array->length;
      auto data = std::make_shared<RecordBatch::Data>();
      data->reader = reader;
      data->array = std::move(array);
      data->arrow_schema = &reader->arrow_schema();
      data->schema = schema_;
      for (const StructField& field : *schema_) data->columns.emplace_back(field.type);
      RecordBatch batch;
      batch.data_ = std::move(data);
      if (!first_) first_ = batch;
      ready_.push_back(std::move(batch));
    }
    if (found != rows) {
      return ProtocolError("The server sent a batch of " + std::to_string(found) + " rows, but said " +
                           std::to_string(rows) + ".");
    }
    rows_ += rows;
    return {};
  } catch (const std::exception& error) {
    return ProtocolError(std::string("The server sent an Arrow batch that cannot be read: ") + error.what());
  }
}

Result<std::optional<RecordBatch>> ResultStream::Source::Next() {
  while (ready_.empty()) {
    Result<bool> more = Advance();
    if (!more) return more.error();
    if (!*more) return std::optional<RecordBatch>();
  }
  RecordBatch batch = std::move(ready_.front());
  ready_.pop_front();
  return std::optional(std::move(batch));
}

Result<Schema> ResultStream::Source::WaitForSchema() {
  while (!schema_) {
    Result<bool> more = Advance();
    if (!more) return more.error();
    if (!*more) return Schema();
  }
  return *schema_;
}

Result<const ArrowSchema*> ResultStream::Source::WaitForArrowSchema() {
  while (!first_) {
    Result<bool> more = Advance();
    if (!more) return more.error();
    if (*more) continue;
    // No batch at all: the columns by the types alone.
    try {
      auto data = std::make_shared<RecordBatch::Data>();
      data->own_schema = arrow::SchemaToArrow(schema_ ? ToServerSchema(*schema_) : firesteel::Schema(), "UTC");
      data->arrow_schema = data->own_schema.get();
      data->schema = schema_;
      first_.emplace().data_ = std::move(data);
    } catch (const std::exception& error) {
      return Error::Invalid(std::string("The result's types have no Arrow form: ") + error.what());
    }
  }
  return first_->data_->arrow_schema;
}

Result<ResultStream> ExecuteToStream(Executor& executor, proto::Plan plan) {
  Result<std::unique_ptr<ResponseStream>> responses = executor.Execute(std::move(plan));
  if (!responses) return responses.error();
  return ResultStream(std::make_unique<ResultStream::Source>(*std::move(responses)));
}

Result<ArrowTable> ExecuteToTable(Executor& executor, proto::Plan plan) {
  Result<ResultStream> stream = ExecuteToStream(executor, std::move(plan));
  if (!stream) return stream.error();
  std::vector<RecordBatch> batches;
  while (true) {
    Result<std::optional<RecordBatch>> batch = stream->next();
    if (!batch) return batch.error();
    if (!*batch) break;
    batches.push_back(**std::move(batch));
  }
  Result<Schema> schema = stream->schema();
  if (!schema) return schema.error();
  return ArrowTable(*std::move(schema), std::move(batches));
}

}  // namespace firesteel::client
