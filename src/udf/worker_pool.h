#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/cancel_token.h"
#include "udf/runtime.h"
#include "udf/zygote.h"

namespace firesteel::udf {

/// Workers by session, the interpreter that forks them, and the thread that ends those without work. Thread-safe.
class WorkerPool {
 public:
  using WorkerPtr = std::shared_ptr<WorkerProcess>;

  explicit WorkerPool(RuntimeOptions options);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// `count` workers of one session, or as many as the server may have at all. Throws as Runtime::Start.
  std::vector<WorkerPtr> Take(const Principal& principal, size_t count, const CancelTokenPtr& cancel);
  /// Gives them back: idle ones for the next task of the session, others are killed.
  void Return(const WorkerPtr& worker, bool reusable);

  /// The worker's wait status; waits a moment for it.
  int WaitExit(const WorkerProcess& worker);
  void Warm();
  void ForgetWorkers(const std::string& session);
  void EndSession(const std::string& session);
  RuntimeCounts counts() const;
  std::string PythonVersion();
  const RuntimeOptions& options() const { return options_; }

 private:
  struct Session {
    std::string files_folder;
    std::string own_folder;  // one that we made; empty: the caller's
    uint32_t user = 0;
    int64_t generation = 0;
    std::vector<WorkerPtr> idle, busy;
    // Somebody was killed: what its processes left is killed with the last of them, so that no worker of now is hit.
    bool purge = false;
  };

  std::shared_ptr<Zygote> LiveZygote(const CancelTokenPtr& cancel);
  std::shared_ptr<Zygote> StartZygote(const CancelTokenPtr& cancel);
  Session& Open(const Principal& principal);
  uint32_t NextUser();
  WorkerPtr TakeIdle(Session& session);
  void EvictOldest();
  void Kill(const WorkerPtr& worker, Session* session);
  /// Ends whatever the user id of a session without workers still runs.
  void PurgeIfUnused(Session& session);
  void Keep();
  size_t idle_count() const;

  const RuntimeOptions options_;
  const bool is_root_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Zygote> zygote_;
  bool starting_ = false;  // somebody starts a zygote; others wait
  std::map<std::string, Session> sessions_;
  std::set<uint32_t> users_;
  uint32_t last_user_ = 0;
  size_t busy_ = 0;
  int64_t started_ = 0;
  bool stopping_ = false;
  std::thread keeper_;  // begins with the first zygote
  std::thread warmer_;
};

}  // namespace firesteel::udf
