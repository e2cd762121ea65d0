#include "server/execute_sink.h"

#include <algorithm>
#include <utility>

#include "base/uuid.h"
#include "base/wire_writer.h"
#include "connect/data_type.h"
#include "connect/literal_encoding.h"
#include "spark/connect/base.pb.h"

namespace firesteel::server {

namespace proto = ::spark::connect;
using session::ByteSlice;
using session::ByteSlices;

namespace {

/// The next `size` bytes of `slices`, from the place that `at` and `offset` keep.
ByteSlices Take(const ByteSlices& slices, size_t size, size_t* at, size_t* offset) {
  ByteSlices result;
  while (size > 0 && *at < slices.size()) {
    const ByteSlice& slice = slices[*at];
    const size_t part = std::min(size, slice.bytes.size() - *offset);
    if (part > 0) result.push_back({slice.owner, slice.bytes.substr(*offset, part)});
    size -= part;
    *offset += part;
    if (*offset == slice.bytes.size()) {
      ++*at;
      *offset = 0;
    }
  }
  return result;
}

size_t VarintSize(uint64_t value) {
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++size;
  }
  return size;
}

}  // namespace

void ExecuteSink::Identify(proto::ExecutePlanResponse* response) const {
  response->set_session_id(session_.session_id());
  response->set_server_side_session_id(session_.server_side_id());
  response->set_operation_id(operation_.id());
  response->set_response_id(NewUuid());
}

void ExecuteSink::Push(proto::ExecutePlanResponse* response) {
  Identify(response);
  std::string id = response->response_id();
  operation_.Push(std::move(id), {ByteSlice::Of(response->SerializeAsString())});
}

void ExecuteSink::OnSchema(const Schema& schema) {
  proto::ExecutePlanResponse response;
  connect::EncodeSchema(schema, response.mutable_schema());
  Push(&response);
}

void ExecuteSink::OnBatch(session::ResultBatch batch) {
  const size_t total = TotalSize(batch.ipc);
  statement_.AddRows(batch.row_count, static_cast<int64_t>(total));
  const auto wish = static_cast<size_t>(std::max<int64_t>(chunking_.preferred_bytes, 0));
  if (!chunking_.allowed || wish == 0 || total <= wish) {
    PushBatch(std::move(batch.ipc), batch.row_count, {});
  } else {
    const auto count = static_cast<int64_t>((total + wish - 1) / wish);
    size_t at = 0;
    size_t offset = 0;
    for (int64_t index = 0; index < count; ++index) {
      PushBatch(Take(batch.ipc, wish, &at, &offset), batch.row_count, {index, count});
    }
  }
  rows_ += batch.row_count;
}

void ExecuteSink::PushBatch(ByteSlices ipc, int64_t row_count, Chunk chunk) {
  // The envelope is written by hand, with the data last, so that the bytes stay where the engine put them.
  using Response = proto::ExecutePlanResponse;
  using Batch = Response::ArrowBatch;
  const size_t size = TotalSize(ipc);
  std::string fields;
  WireWriter batch(&fields);
  if (row_count != 0) batch.Int(Batch::kRowCountFieldNumber, row_count);
  batch.Int(Batch::kStartOffsetFieldNumber, rows_);
  if (chunk.count > 0) {
    batch.Int(Batch::kChunkIndexFieldNumber, chunk.index);
    batch.Int(Batch::kNumChunksInBatchFieldNumber, chunk.count);
  }
  const size_t batch_size = fields.size() + 1 + VarintSize(size) + size;
  std::string id = NewUuid();
  std::string head;
  WireWriter response(&head);
  response.Bytes(Response::kSessionIdFieldNumber, session_.session_id());
  response.Bytes(Response::kServerSideSessionIdFieldNumber, session_.server_side_id());
  response.Bytes(Response::kOperationIdFieldNumber, operation_.id());
  response.Bytes(Response::kResponseIdFieldNumber, id);
  if (!metrics_.empty()) response.Bytes(Response::kMetricsFieldNumber, std::exchange(metrics_, {}));
  response.Header(Response::kArrowBatchFieldNumber, batch_size);
  head += fields;
  response.Header(Batch::kDataFieldNumber, size);
  static_assert(Batch::kDataFieldNumber < 16, "one byte of tag is counted above");
  ByteSlices slices;
  slices.reserve(ipc.size() + 1);
  slices.push_back(ByteSlice::Of(std::move(head)));
  for (ByteSlice& slice : ipc) slices.push_back(std::move(slice));
  operation_.Push(std::move(id), std::move(slices));
}

void ExecuteSink::OnProgress(const std::vector<session::StageProgress>& stages, int64_t running_tasks) {
  proto::ExecutePlanResponse response;
  auto* progress = response.mutable_execution_progress();
  progress->set_num_inflight_tasks(running_tasks);
  for (const session::StageProgress& stage : stages) {
    auto* added = progress->add_stages();
    added->set_stage_id(stage.stage_id);
    added->set_num_tasks(stage.num_tasks);
    added->set_num_completed_tasks(stage.num_completed_tasks);
    added->set_input_bytes_read(stage.input_bytes_read);
    added->set_done(stage.done);
  }
  Identify(&response);
  std::string id = response.response_id();
  operation_.TryPush(std::move(id), {ByteSlice::Of(response.SerializeAsString())});
}

void ExecuteSink::OnObservedMetrics(const std::vector<session::ObservedMetrics>& metrics) {
  proto::ExecutePlanResponse response;
  for (const session::ObservedMetrics& observed : metrics) {
    auto* added = response.add_observed_metrics();
    added->set_name(observed.name);
    added->set_plan_id(observed.plan_id);
    for (const auto& [key, value] : observed.values) {
      added->add_keys(key);
      connect::EncodeLiteral(value, added->add_values());
    }
  }
  Push(&response);
}

void ExecuteSink::OnMetrics(const std::vector<session::OperatorMetrics>& metrics) {
  proto::ExecutePlanResponse::Metrics objects;
  for (const session::OperatorMetrics& metric : metrics) {
    auto* added = objects.add_metrics();
    added->set_name(metric.name);
    added->set_plan_id(metric.plan_id);
    added->set_parent(metric.parent_plan_id);
    for (const auto& one : metric.metrics) {
      auto& value = (*added->mutable_execution_metrics())[one.key];
      value.set_name(one.name);
      value.set_value(one.value);
      value.set_metric_type(one.metric_type);
    }
  }
  metrics_ = objects.SerializeAsString();
}

void ExecuteSink::Succeed() {
  if (!metrics_.empty()) {
    proto::ExecutePlanResponse response;
    response.mutable_metrics()->ParseFromString(std::exchange(metrics_, {}));
    Push(&response);
  }
  if (!operation_.reattachable()) {
    operation_.Succeed();
    return;
  }
  proto::ExecutePlanResponse response;
  response.mutable_result_complete();
  Identify(&response);
  std::string id = response.response_id();
  operation_.Succeed(std::move(id), {ByteSlice::Of(response.SerializeAsString())});
}

}  // namespace firesteel::server
