#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/python/arrow_output.h"
#include "session/python/feed_options.h"
#include "session/python/python_stages.h"
#include "udf/runtime.h"

namespace firesteel::session {

/// Deals the batches of a stage's input out to workers and collects what they give. Few rows go to one worker. Used by
/// one thread; every function may throw QueryError.
class WorkerFeed {
 public:
  using Order = FeedOptions::Order;
  using Options = FeedOptions;
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
  /// After a failure: what each worker had given, null for nothing.
  std::vector<SharedBytes> TakeUnfinished();
  /// The results of all workers as one stream; null where there are none.
  SharedBytes TakeJoined();

 private:
  using Slices = std::vector<std::shared_ptr<const std::string>>;
  struct Unit {
    Slices slices;
    size_t bytes = 0;
    size_t partition = 0;
  };

  /// Ends the group's streams before `stream`, which begins.
  void OpenStream(size_t stream);
  void CloseStream();
  void EndGroup();
  void Put(Slices slices);
  /// Gives the unit that was put together to the next worker.
  void EndUnit();
  void Start(size_t workers);
  void Send(Unit unit);
  void Receive(size_t worker, std::string_view message);

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
  size_t opened_ = 0;      // streams of the group
  bool has_rows_ = false;  // in the stream that was opened last
  int64_t rows_ = 0;
  int64_t units_ = 0;  // sent

  // What came back.
  int64_t next_unit_ = 0;                              // to be written, with kByUnit
  std::vector<std::deque<std::string>> early_;         // batches of later units, a worker each
  std::vector<bool> has_output_schema_;                // a worker each
  std::string output_schema_;                          // the message of the first that gave one
  std::vector<std::unique_ptr<ArrowOutput>> outputs_;  // one, or one a worker
};

}  // namespace firesteel::session
