#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace firesteel::session {

/// Threads with large stacks for planning and running: never the transport's threads. At most `max_running` tasks run
/// at once; the others wait. Groups of tasks take turns, and within a group the order is that of coming. A task that
/// waits for a slow reader says so (BlockedScope) and does not count meanwhile, so that slow readers never stop other
/// work; a task whose reader is gone can be set aside (Slot). Threads start when needed and end after a while without
/// work. Thread-safe.
class WorkerPool {
 public:
  struct Options {
    size_t max_running = 4;
    size_t max_running_per_group = 0;  ///< 0: as many as run at all
    size_t stack_bytes = 64u << 20;
    std::chrono::milliseconds idle_lifetime{10'000};
  };

  explicit WorkerPool(Options options);
  /// Waits for running tasks; drops waiting ones.
  ~WorkerPool();

  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// One task's place among those that run, for others than the task. Thread-safe; may outlive the task.
  class Slot {
   public:
    /// While set aside, the task does not count as running; others run beside it. Does nothing before the task begins
    /// and after it has ended.
    void SetAside(bool aside);

   private:
    friend class WorkerPool;
    std::mutex mutex_;
    WorkerPool* pool_ = nullptr;  // guarded by mutex_; null unless the task runs
    // Guarded by the pool's mutex.
    std::string group_;
    bool is_blocked_ = false;
    bool is_aside_ = false;
  };
  using SlotPtr = std::shared_ptr<Slot>;

  /// Runs the task on one of the threads. A task must not throw. False when the pool is stopping.
  bool Submit(std::function<void()> task) { return Submit(std::move(task), {}, std::make_shared<Slot>()); }
  /// As a task of a group (a session's id, say), with a slot of its own.
  bool Submit(std::function<void()> task, std::string group, SlotPtr slot);

  /// How many tasks were ever begun, and how many of them have not ended.
  struct Activity {
    uint64_t begun = 0;
    uint64_t unended = 0;
  };
  Activity activity() const;
  /// Whether tasks wait while more are set aside than may count: those should be ended.
  bool IsCrowded() const;

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
    Slot* slot_;
  };

 private:
  struct Task {
    std::function<void()> body;
    SlotPtr slot;
  };

  static void* ThreadMain(void* pool);
  void Work();
  void Run(Task task);  // without mutex_

  // With mutex_ held:
  bool MayBegin(const std::string& group) const;
  /// The group whose turn it is among those with a task that may begin; end of turns_ when there is none.
  std::deque<std::string>::iterator NextGroup();
  bool HasWork() { return NextGroup() != turns_.end(); }
  Task TakeTask();
  void Count(const Slot& slot, int change);
  void StartThreadIfNeeded();
  void WakeForWaiting();
  void Drop();
  /// Changes one of the slot's flags and what follows from it.
  void Mark(Slot& slot, bool Slot::*flag, bool value);

  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable work_;                     // a task came, or stopping
  std::condition_variable ended_;                    // a thread ended
  std::map<std::string, std::deque<Task>> waiting_;  // guarded by mutex_; by group, none empty
  std::deque<std::string> turns_;                    // guarded by mutex_; the groups of waiting_
  size_t waiting_count_ = 0;                         // guarded by mutex_
  size_t running_ = 0;                               // guarded by mutex_; tasks that count
  size_t aside_ = 0;                                 // guarded by mutex_; tasks set aside that run and are not blocked
  std::map<std::string, size_t> running_by_group_;   // guarded by mutex_; tasks that count, no zeros
  size_t idle_ = 0;                                  // guarded by mutex_; threads without a task
  size_t threads_ = 0;                               // guarded by mutex_
  Activity activity_;                                // guarded by mutex_
  bool stopping_ = false;                            // guarded by mutex_
};

}  // namespace firesteel::session
