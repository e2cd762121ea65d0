#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/cancel_token.h"
#include "base/descriptor.h"
#include "udf/runtime.h"

namespace firesteel::udf {

/// One worker process, as the server sees it. Who holds it reads and writes; the descriptors do not block.
struct WorkerProcess {
  int64_t id = 0;
  std::string session;
  std::string files_folder;
  int64_t generation = 0;  ///< of its session: see Runtime::ForgetWorkers
  Descriptor socket;       ///< Spark's protocol, both ways
  Descriptor output;       ///< what it prints
  bool fresh = true;       ///< it has not worked yet
  std::chrono::steady_clock::time_point idle_since;
};

/// The Python process that forks workers (firesteel_zygote.py), and the thread that listens to it. Thread-safe.
class Zygote {
 public:
  /// Starts `interpreter`; does not wait for it.
  Zygote(const std::string& interpreter, const RuntimeOptions& options);
  /// Ends the process, and with it all workers.
  ~Zygote();
  Zygote(const Zygote&) = delete;
  Zygote& operator=(const Zygote&) = delete;

  /// Waits until it can fork. Returns why it cannot, empty when it can. Throws OPERATION_CANCELED.
  std::string WaitReady(const CancelTokenPtr& cancel);
  bool alive() const;
  pid_t pid() const { return pid_; }
  const std::string& python_version() const { return python_version_; }  ///< after WaitReady

  /// A worker in `files_folder` as user `user` (0: the server's own). Throws QueryError when the system is out of
  /// descriptors; a worker that fails to start is seen by its socket's end.
  std::shared_ptr<WorkerProcess> Start(const std::string& session, const std::string& files_folder, uint32_t user);
  void Kill(const WorkerProcess& worker);
  /// Kills it and forgets it: nobody asks for its status any more.
  void Drop(const WorkerProcess& worker);
  /// Kills every process of a user, in the order of the other calls.
  void Purge(uint32_t user);
  bool HasExited(const WorkerProcess& worker) const;
  /// The worker's wait status, -1 when nobody knows it; waits at most so long for its end.
  int WaitExit(const WorkerProcess& worker, std::chrono::milliseconds longest);

 private:
  enum class State : uint8_t { kStarting, kReady, kFailed };

  void Spawn(const std::string& interpreter, const RuntimeOptions& options);
  void Listen();
  bool ReadEvents();
  void ReadErrors();
  void Send(const std::string& packet, const int* descriptors = nullptr, size_t count = 0);
  void Fail(const std::string& reason);

  pid_t pid_ = -1;
  Descriptor control_;
  Descriptor errors_;  // what the interpreter prints
  Descriptor wake_;
  std::string python_version_;

  std::mutex sending_;  // never waited for with mutex_ held: the listener needs that one to make room
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kStarting;
  std::string failure_;
  std::string printed_;  // the end of it
  struct Known {
    std::optional<int> status;  // once it has ended
    bool dropped = false;
  };
  std::map<int64_t, Known> workers_;  // by id
  int64_t next_id_ = 1;
  bool stopping_ = false;
  std::thread listener_;
};

/// A new end of nothing: a nonblocking, close-on-exec pipe's reader and its writer, which blocks. Throws QueryError.
std::pair<Descriptor, Descriptor> OpenPipe();

}  // namespace firesteel::udf
