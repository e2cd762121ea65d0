#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "session/python/arrow_output.h"
#include "session/python/python_stages.h"
#include "udf/runtime.h"

namespace firesteel::session {

/// Deals the batches of a stage's input out to workers and collects what they give. Few rows go to one worker. Used by
/// one thread; every function may throw QueryError.
class WorkerFeed {
 public:
  enum class Order : uint8_t {
    kByUnit,    ///< a unit (a batch, or a group) gives exactly one batch: results stand in the order of the input
    kByWorker,  ///< what the first worker gave, then the second's, …
  };
  struct Options {
    Order order = Order::kByUnit;
    /// Arrow streams for each group: 1, or 2 for the left and the right of a cogroup, whose batches have the numbers
    /// 2 × group and 2 × group + 1 and their rows in `slices` or `beside`. 0: no groups, one stream for all.
    size_t streams = 0;
    bool runs_without_rows = false;
    size_t workers = 1;
  };
  /// `context` must outlive it.
  WorkerFeed(const PythonStages::Context& context, udf::Task task, Options options);

  /// The next batch; with groups those of a group follow one another.
  void Add(const engine::ArrowBatch& batch);
  /// Ends the input and waits for all results. Without rows no worker is started unless the options say so.
  void Finish();

  /// Rows that went in.
  int64_t rows() const { return rows_; }
  /// The results: one stream, or one a worker; none where there are no results.
  std::vector<SharedBytes> TakeOutputs();

 private:
  using Slices = std::vector<std::shared_ptr<const std::string>>;
  struct Unit {
    Slices slices;
    size_t bytes = 0;
  };

  /// Ends the group's streams before `stream`, which begins.
  void OpenStream(size_t stream);
  void EndGroup();
  void Put(Slices slices);
  /// Gives the unit that was put together to the next worker.
  void EndUnit();
  void Start(size_t workers);
  void Send(Unit unit);
  void Receive(size_t worker, std::string message);

  const PythonStages::Context& context_;
  const udf::Task task_;
  const Options options_;

  std::unique_ptr<udf::Run> run_;  // null until it is clear how many workers there shall be
  std::vector<Unit> waiting_;      // until then
  size_t waiting_bytes_ = 0;
  Unit unit_;
  std::array<std::shared_ptr<const std::string>, 2> schemas_;  // messages, of each stream of a group
  std::vector<bool> has_schema_;                               // of the streams that are not of groups
  std::optional<size_t> group_;
  size_t opened_ = 0;  // streams of the group
  int64_t rows_ = 0;
  int64_t units_ = 0;  // sent

  // What came back.
  int64_t next_unit_ = 0;                              // to be written, with kByUnit
  std::vector<std::deque<std::string>> early_;         // batches of later units, a worker each
  std::vector<bool> has_output_schema_;                // a worker each
  std::vector<std::unique_ptr<ArrowOutput>> outputs_;  // one, or one a worker
};

}  // namespace firesteel::session
