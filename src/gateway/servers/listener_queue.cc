#include "gateway/servers/listener_queue.h"

#include <utility>

namespace firesteel::gateway {

ListenerQueue::ListenerQueue(DirectoryListener& listener) : listener_(listener), thread_([this] { Run(); }) {}

ListenerQueue::~ListenerQueue() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  posted_.notify_one();
  thread_.join();
}

void ListenerQueue::Post(Event event) {
  std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
  ++posted_count_;
  posted_.notify_one();
}

void ListenerQueue::Flush() {
  if (std::this_thread::get_id() == thread_.get_id()) return;
  std::unique_lock lock(mutex_);
  told_.wait(lock, [this, until = posted_count_] { return told_count_ >= until; });
}

void ListenerQueue::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    posted_.wait(lock, [this] { return ending_ || !events_.empty(); });
    if (ending_) return;
    const Event event = std::move(events_.front());
    events_.pop_front();
    lock.unlock();
    event(listener_);
    lock.lock();
    ++told_count_;
    told_.notify_all();
  }
}

}  // namespace firesteel::gateway
