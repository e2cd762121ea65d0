#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel_token.h"
#include "udf/run.h"
#include "udf/task.h"

namespace firesteel::udf {

/// What one worker, or the workers of one session, may take. In every one 0 means "no limit".
struct WorkerLimits {
  int64_t memory_bytes = int64_t{4} << 30;   ///< of one worker, beyond what Python with pandas takes at its start
  int64_t processes = 64;                    ///< of one session: processes and threads of its workers together
  int64_t file_bytes = int64_t{4} << 30;     ///< of one file that a worker writes
  int64_t open_files = 1024;                 ///< of one worker
  int64_t query_seconds = 0;                 ///< of one run, by the clock
  int64_t max_workers = 64;                  ///< of the server: one more takes the place of an idle one, or waits
  int64_t output_bytes = int64_t{64} << 10;  ///< of what one worker prints: kept for messages, never logged above debug
  int64_t message_bytes = int64_t{2} << 30;  ///< of one Arrow message that a worker gives
};

/// Names of the limits in refusals (SERVER_LIMIT_EXCEEDED).
namespace limit_keys {
inline constexpr std::string_view kQuerySeconds = "firesteel.python.maxQueryTime";
inline constexpr std::string_view kUserIds = "firesteel.python.userIds";
}  // namespace limit_keys

struct RuntimeOptions {
  /// The interpreter. Empty: FIRESTEEL_PYTHON, else PYSPARK_PYTHON, else the first of `python3` and `python` on PATH
  /// that can import pyspark, pandas and pyarrow.
  std::string python;
  WorkerLimits limits;
  int64_t warm_workers = 2;   ///< forked before somebody asks, once Python was needed
  int64_t idle_seconds = 60;  ///< after which a worker without work ends
  /// As root every session's workers have a user id of their own among these; 0: the server's.
  uint32_t first_user_id = 1'900'000'000;
  uint32_t user_ids = 65'536;
  /// Workers see no network but a loopback of their own, where the system allows.
  bool isolate_network = true;
  /// Folders that workers find empty, but for their own files' folder, where the system allows: those of the server's
  /// data and of other sessions' files.
  std::vector<std::string> hidden_folders;
  /// Where folders of sessions without files are made; empty: the system's folder for temporary files.
  std::string temp_folder;
};

/// What there is at the moment, for status pages and tests.
struct RuntimeCounts {
  int64_t busy_workers = 0;
  int64_t idle_workers = 0;
  int64_t started_workers = 0;  ///< since the begin
  int64_t interpreter_pid = 0;  ///< of the process that forks the workers; 0: not started
};

/// The Python worker processes of one server. Thread-safe. Nothing is started before Warm or the first Start.
class Runtime {
 public:
  /// Does not fail: what is missing is said by the first Start.
  static std::unique_ptr<Runtime> Open(RuntimeOptions options);
  /// Kills all workers. No run is left.
  virtual ~Runtime() = default;

  /// `workers` workers (at least one) at one task; those of the same session are used again. `cancel` may be null.
  /// Throws QueryError: UNSUPPORTED_FEATURE.FIRESTEEL when there is no interpreter that can do it,
  /// SERVER_LIMIT_EXCEEDED, OPERATION_CANCELED.
  virtual std::unique_ptr<Run> Start(const Task& task, size_t workers, CancelTokenPtr cancel, OnMessage on_message) = 0;

  /// The bytes that the program answered. An error that it raised is in them as its protocol has it (the mark -2 and
  /// the traceback): callers have conditions of their own for it. Throws as Start and Run.
  virtual std::string Ask(const Question& question, CancelTokenPtr cancel) = 0;

  /// Starts the interpreter and warm workers in the background. Cheap when they are there.
  virtual void Warm() = 0;
  /// Ends the idle workers of a session that keep what cannot be taken back: after new files or modules came.
  virtual void ForgetWorkers(const std::string& session) = 0;
  /// Ends all workers of a session, those at work, too.
  virtual void EndSession(const std::string& session) = 0;

  virtual RuntimeCounts counts() const = 0;
  /// "3.11" of the interpreter, which is started if it is not there. Throws as Start.
  virtual std::string PythonVersion() = 0;
};

}  // namespace firesteel::udf
