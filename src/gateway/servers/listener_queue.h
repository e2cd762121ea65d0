#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "gateway/servers/directory.h"

namespace firesteel::gateway {

/// Tells a listener what happened, in the order in which it was posted, on a thread of its own and with no lock of the
/// directory's held. Thread-safe.
class ListenerQueue {
 public:
  using Event = std::function<void(DirectoryListener&)>;

  explicit ListenerQueue(DirectoryListener& listener);
  /// What was not told yet is dropped. Not on the queue's own thread.
  ~ListenerQueue();
  ListenerQueue(const ListenerQueue&) = delete;
  ListenerQueue& operator=(const ListenerQueue&) = delete;

  void Post(Event event);
  /// Waits until all that was posted before is told. Returns at once on the queue's own thread.
  void Flush();

 private:
  void Run();

  DirectoryListener& listener_;
  std::mutex mutex_;
  std::condition_variable posted_, told_;
  std::deque<Event> events_;
  uint64_t posted_count_ = 0, told_count_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace firesteel::gateway
