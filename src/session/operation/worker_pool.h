#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

namespace firesteel::session {

/// Threads with large stacks for planning and running: never the transport's threads. At most `max_running` tasks run
/// at once; the others wait in order. A task that waits for a slow reader says so (BlockedScope) and does not count
/// meanwhile, so that slow readers never stop other work. Threads start when needed and end after a while without
/// work. Thread-safe.
class WorkerPool {
 public:
  struct Options {
    size_t max_running = 4;
    size_t stack_bytes = 64u << 20;
    std::chrono::milliseconds idle_lifetime{10'000};
  };

  explicit WorkerPool(Options options);
  /// Waits for running tasks; drops waiting ones.
  ~WorkerPool();

  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs the task on one of the threads. A task must not throw. False when the pool is stopping.
  bool Submit(std::function<void()> task);

  /// How many tasks were ever begun, and how many of them have not ended.
  struct Activity {
    uint64_t begun = 0;
    uint64_t unended = 0;
  };
  Activity activity() const;

  /// Takes no more tasks and waits at most `patience` for the running ones. True when all ended.
  bool Stop(std::chrono::milliseconds patience);

  /// While it lives, the calling task does not count as running. Does nothing on other threads.
  class BlockedScope {
   public:
    BlockedScope();
    ~BlockedScope();
    BlockedScope(const BlockedScope&) = delete;
    BlockedScope& operator=(const BlockedScope&) = delete;

   private:
    WorkerPool* pool_;
  };

 private:
  static void* ThreadMain(void* pool);
  void Work();
  void StartThreadIfNeeded();  // with mutex_ held

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable work_;               // a task came, or stopping
  std::condition_variable ended_;              // a thread ended
  std::deque<std::function<void()>> waiting_;  // guarded by mutex_
  size_t running_ = 0;                         // guarded by mutex_; tasks that count
  size_t idle_ = 0;                            // guarded by mutex_; threads without a task
  size_t threads_ = 0;                         // guarded by mutex_
  Activity activity_;                          // guarded by mutex_
  bool stopping_ = false;                      // guarded by mutex_
};

}  // namespace firesteel::session
