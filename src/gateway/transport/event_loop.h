#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace firesteel::gateway {

/// One thread's epoll loop: sockets, timers, tasks. All entries but Post and Stop are for the thread that runs it (or
/// before it runs).
class EventLoop {
 public:
  using Task = std::function<void()>;
  using TimerId = std::pair<std::chrono::steady_clock::time_point, uint64_t>;

  /// Told of a descriptor's events; edge-triggered: everything there is must be read and written.
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void OnEvents(uint32_t events) = 0;
  };

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Edge-triggered, for reading and writing. The handler must unwatch before it or the descriptor goes.
  void Watch(int fd, Handler* handler);
  /// Level-triggered and for reading only: listening sockets.
  void WatchReadable(int fd, Handler* handler);
  void Unwatch(int fd);

  TimerId After(std::chrono::milliseconds delay, Task task);
  /// Nothing happens when it has run.
  void Cancel(const TimerId& timer);
  /// Runs once when this round's events are handled: what many events of a round ask for is done once.
  void AtEndOfRound(Task task) { ends_.push_back(std::move(task)); }

  /// Thread-safe. Tasks run in order; those posted after Stop do not run.
  void Post(Task task);
  void Run();
  /// Thread-safe. Run returns after the round at hand.
  void Stop();

 private:
  void Register(int fd, uint32_t events, Handler* handler);
  int NextTimeout() const;
  void RunTimers();
  void RunPosted();
  void RunEnds();

  int epoll_ = -1;
  int wakeup_ = -1;
  bool stopped_ = false;
  uint64_t last_id_ = 0;
  /// A number for every registration: an event of a round may be for a descriptor that another event of it closed.
  std::unordered_map<uint64_t, Handler*> handlers_;
  std::unordered_map<int, uint64_t> registrations_;
  std::map<TimerId, Task> timers_;
  std::vector<Task> ends_;
  std::mutex mutex_;
  std::vector<Task> posted_;  ///< guarded by mutex_
};

}  // namespace firesteel::gateway
