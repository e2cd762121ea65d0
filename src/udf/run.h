#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::udf {

/// One whole Arrow IPC message (continuation mark, length, metadata, body) that a worker gave: a schema first, then
/// record batches (or dictionaries); no end mark. Its lengths were checked, its contents were not: read it as data of
/// nobody to trust, valid during the call. A worker without results gives no schema either. It is called on the thread
/// that calls Run, and may throw: the run is over then.
using OnMessage = std::function<void(size_t worker, std::string_view message)>;

/// One worker's part of a run, as it told itself; times in milliseconds.
struct WorkerReport {
  int64_t boot_time = 0;  ///< from the demand to the start of the worker's work; 0 for a worker that was there
  int64_t init_time = 0;  ///< reading of functions, imports
  int64_t processing_time = 0;
  int64_t bytes_sent = 0;
  int64_t bytes_received = 0;
  /// Accumulators' updates: pickled (id, value), profilers' results among them. At most a few MiB.
  std::vector<std::string> accumulator_updates;
};

/// N workers at one task. Used by one thread; dropped before its end it kills its workers.
///
/// Every function throws QueryError: PYTHON_EXCEPTION with the traceback of the user's code; the same condition for a
/// worker that died, with its exit status or signal; OPERATION_CANCELED, at most 50 ms after the token was set; and for
/// workers that break the protocol. After an error the run is over and its workers have been killed.
class Run {
 public:
  virtual ~Run() = default;
  virtual size_t workers() const = 0;
  /// Appends to the input of worker `w`: Arrow IPC slices, and where the kind wants them the int32 (big endian) marks
  /// of groups. Passes on what workers give meanwhile, and waits while that worker has more than a few MiB unread. What
  /// a worker does not want to read (it has ended its task already) is dropped.
  virtual void Write(size_t w, std::vector<std::shared_ptr<const std::string>> slices) = 0;
  /// The end of worker w's data. Nothing is added here: Arrow's end mark, or the zero behind the last group, has been
  /// written before.
  virtual void CloseInput(size_t w) = 0;
  /// Waits for the ends of all workers, whose inputs are closed.
  virtual void Finish() = 0;
  /// After Finish.
  virtual const WorkerReport& report(size_t w) const = 0;
};

}  // namespace firesteel::udf
