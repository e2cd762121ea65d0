#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/session/executor.h"
#include "firesteel/result.h"

namespace firesteel::client {

/// A stream of responses as batches. Puts the pieces of large batches together, checks places and numbers of rows and
/// everything in the bytes. Not thread-safe but for Cancel.
class ResultStream::Source {
 public:
  explicit Source(std::unique_ptr<ResponseStream> responses) : responses_(std::move(responses)) {}

  Result<std::optional<RecordBatch>> Next();
  Result<Schema> WaitForSchema();
  void Cancel() { responses_->Cancel(); }
  const std::string& operation_id() const { return responses_->operation_id(); }
  const std::vector<PlanMetric>& metrics() const { return metrics_; }
  const std::vector<ObservedMetrics>& observed_metrics() const { return observed_metrics_; }
  /// Arrow's form of the schema, for exports: of the first batch, or made when there was none.
  Result<const ArrowSchema*> WaitForArrowSchema();

 private:
  using Response = ::spark::connect::ExecutePlanResponse;

  /// Reads one response; false at the end.
  Result<bool> Advance();
  Result<void> AddBatch(Response::ArrowBatch batch);
  Result<void> Decode(std::string bytes, int64_t rows);
  Error Fail(Error error);

  const std::unique_ptr<ResponseStream> responses_;
  std::deque<RecordBatch> ready_;
  std::shared_ptr<const Schema> schema_;
  std::optional<RecordBatch> first_;  // of which the Arrow schema is
  int64_t rows_ = 0;
  int64_t pieces_ = 0;
  std::string assembled_;
  std::optional<Error> failure_;
  bool ended_ = false;
  std::vector<PlanMetric> metrics_;
  std::vector<ObservedMetrics> observed_metrics_;
};

/// Sends the plan; the result is read from the stream.
Result<ResultStream> ExecuteToStream(Executor& executor, ::spark::connect::Plan plan);
/// All of it.
Result<ArrowTable> ExecuteToTable(Executor& executor, ::spark::connect::Plan plan);

}  // namespace firesteel::client
