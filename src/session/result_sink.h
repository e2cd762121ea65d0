#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "session/byte_slice.h"
#include "types/data_type.h"
#include "types/value.h"

namespace firesteel::session {

/// One batch of a result: a complete Arrow IPC stream (schema message, one record batch, end-of-stream mark).
struct ResultBatch {
  ByteSlices ipc;
  int64_t row_count = 0;
};

/// What DataFrame.observe measured.
struct ObservedMetrics {
  std::string name;
  int64_t plan_id = 0;
  std::vector<std::pair<std::string, TypedValue>> values;
};

/// Progress of a run, for the client's progress bar.
struct StageProgress {
  int64_t stage_id = 0;
  int64_t num_tasks = 0;
  int64_t num_completed_tasks = 0;
  int64_t input_bytes_read = 0;
  bool done = false;
};

/// Numbers of one operator of a finished run (Spark's SQLMetric).
struct OperatorMetrics {
  struct Metric {
    std::string key;   ///< "numOutputRows"
    std::string name;  ///< "number of output rows"
    int64_t value = 0;
    std::string metric_type;  ///< sum, size, timing, nsTiming, average
  };
  std::string name;
  int64_t plan_id = 0;
  int64_t parent_plan_id = 0;
  std::vector<Metric> metrics;
};

/// Takes the result of one execution, in this order: OnSchema once, OnBatch any number of times (an empty result
/// sends one batch of no rows, as Spark does), then OnObservedMetrics; OnMetrics before the last OnBatch or after it.
/// All calls come from one thread at a time. Every call may block while the reader is slow and throws QueryError
/// OPERATION_CANCELED when the operation was interrupted or abandoned meanwhile: let it pass.
class ResultSink {
 public:
  virtual ~ResultSink() = default;
  /// Whether to call OnPlan, once, before OnSchema.
  virtual bool WantsPlan() const { return false; }
  /// The optimized plan as a tree of lines.
  virtual void OnPlan(std::string) {}
  virtual void OnSchema(const Schema& schema) = 0;
  virtual void OnBatch(ResultBatch batch) = 0;
  /// On any thread while the run goes on, between the other calls; never waits, and drops what the reader is too slow
  /// for.
  virtual void OnProgress(const std::vector<StageProgress>& stages, int64_t running_tasks) = 0;
  virtual void OnObservedMetrics(const std::vector<ObservedMetrics>& metrics) = 0;
  /// Goes out with the next batch, which saves clients the release of one more response, or at the end.
  virtual void OnMetrics(const std::vector<OperatorMetrics>& metrics) = 0;
};

}  // namespace firesteel::session
