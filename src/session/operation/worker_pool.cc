#include "session/operation/worker_pool.h"

#include <pthread.h>

#include <utility>

#include "base/log.h"

namespace firesteel::session {
namespace {

thread_local WorkerPool* current_pool = nullptr;

}  // namespace

WorkerPool::WorkerPool(Options options) : options_(options) {}

WorkerPool::~WorkerPool() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  waiting_.clear();
  work_.notify_all();
  ended_.wait(lock, [this] { return threads_ == 0; });
}

bool WorkerPool::Submit(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  if (stopping_) return false;
  waiting_.push_back(std::move(task));
  if (running_ < options_.max_running) {
    StartThreadIfNeeded();
    work_.notify_one();
  }
  return true;
}

void WorkerPool::StartThreadIfNeeded() {
  // An idle thread that was woken counts as idle until it has taken its task, which waits here as long.
  if (idle_ >= waiting_.size()) return;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, options_.stack_bytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, &WorkerPool::ThreadMain, this) == 0) {
    ++threads_;
  } else {
    // The task waits for a thread that is there already; with none at all the server cannot work.
    log::Error("cannot start a worker thread ({} are running)", threads_);
  }
  pthread_attr_destroy(&attributes);
}

void* WorkerPool::ThreadMain(void* pool) {
  static_cast<WorkerPool*>(pool)->Work();
  return nullptr;
}

void WorkerPool::Work() {
  current_pool = this;
  std::unique_lock lock(mutex_);
  while (true) {
    if (!waiting_.empty() && running_ < options_.max_running) {
      std::function<void()> task = std::move(waiting_.front());
      waiting_.pop_front();
      ++running_;
      ++activity_.begun;
      ++activity_.unended;
      lock.unlock();
      task();
      task = nullptr;
      lock.lock();
      --running_;
      --activity_.unended;
      continue;
    }
    if (stopping_) break;
    ++idle_;
    const bool woken = work_.wait_for(lock, options_.idle_lifetime, [this] {
      return stopping_ || (!waiting_.empty() && running_ < options_.max_running);
    });
    --idle_;
    if (!woken) break;
  }
  --threads_;
  ended_.notify_all();
}

WorkerPool::Activity WorkerPool::activity() const {
  std::lock_guard lock(mutex_);
  return activity_;
}

bool WorkerPool::Stop(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  waiting_.clear();
  work_.notify_all();
  return ended_.wait_for(lock, patience, [this] { return threads_ == 0; });
}

WorkerPool::BlockedScope::BlockedScope() : pool_(current_pool) {
  if (pool_ == nullptr) return;
  std::lock_guard lock(pool_->mutex_);
  --pool_->running_;
  if (!pool_->waiting_.empty()) {
    pool_->StartThreadIfNeeded();
    pool_->work_.notify_one();
  }
}

WorkerPool::BlockedScope::~BlockedScope() {
  if (pool_ == nullptr) return;
  // May exceed the limit for a moment: better than waiting for a slot with a half-made result in hand.
  std::lock_guard lock(pool_->mutex_);
  ++pool_->running_;
}

}  // namespace firesteel::session
