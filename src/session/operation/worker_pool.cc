#include "session/operation/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace firesteel::session {
namespace {

thread_local WorkerPool::Slot* current_slot = nullptr;

}  // namespace

WorkerPool::WorkerPool(Options options) : options_(options) {}

WorkerPool::~WorkerPool() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  Drop();
  work_.notify_all();
  ended_.wait(lock, [this] { return threads_ == 0; });
}

void WorkerPool::Drop() {
  waiting_.clear();
  turns_.clear();
  waiting_count_ = 0;
}

bool WorkerPool::Submit(std::function<void()> task, std::string group, SlotPtr slot) {
  std::lock_guard lock(mutex_);
  if (stopping_) return false;
  slot->group_ = group;
  std::deque<Task>& tasks = waiting_[group];
  if (tasks.empty()) turns_.push_back(std::move(group));
  tasks.push_back({std::move(task), std::move(slot)});
  ++waiting_count_;
  WakeForWaiting();
  return true;
}

bool WorkerPool::MayBegin(const std::string& group) const {
  if (options_.max_running_per_group == 0) return true;
  auto found = running_by_group_.find(group);
  return found == running_by_group_.end() || found->second < options_.max_running_per_group;
}

std::deque<std::string>::iterator WorkerPool::NextGroup() {
  if (running_ >= options_.max_running) return turns_.end();
  return std::find_if(turns_.begin(), turns_.end(), [this](const std::string& group) { return MayBegin(group); });
}

WorkerPool::Task WorkerPool::TakeTask() {
  const auto turn = NextGroup();
  std::string group = std::move(*turn);
  turns_.erase(turn);
  auto tasks = waiting_.find(group);
  Task task = std::move(tasks->second.front());
  tasks->second.pop_front();
  if (tasks->second.empty()) {
    waiting_.erase(tasks);
  } else {
    turns_.push_back(std::move(group));
  }
  --waiting_count_;
  return task;
}

void WorkerPool::Count(const Slot& slot, int change) {
  if (change == 0) return;
  running_ += static_cast<size_t>(change);
  const size_t left = running_by_group_[slot.group_] += static_cast<size_t>(change);
  if (left == 0) running_by_group_.erase(slot.group_);
}

void WorkerPool::WakeForWaiting() {
  if (!HasWork()) return;
  StartThreadIfNeeded();
  work_.notify_one();
}

void WorkerPool::StartThreadIfNeeded() {
  // An idle thread that was woken counts as idle until it has taken its task, which waits here as long.
  if (idle_ >= waiting_count_) return;
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

void WorkerPool::Run(Task task) {
  {
    std::lock_guard lock(task.slot->mutex_);
    task.slot->pool_ = this;
  }
  current_slot = task.slot.get();
  task.body();
  task.body = nullptr;
  current_slot = nullptr;
  // From here on nobody marks the slot any more.
  std::lock_guard lock(task.slot->mutex_);
  task.slot->pool_ = nullptr;
}

void WorkerPool::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (HasWork()) {
      Task task = TakeTask();
      const SlotPtr slot = task.slot;
      Count(*slot, 1);
      ++activity_.begun;
      ++activity_.unended;
      lock.unlock();
      Run(std::move(task));
      lock.lock();
      Count(*slot, slot->is_aside_ ? 0 : -1);
      aside_ -= slot->is_aside_ ? 1 : 0;
      --activity_.unended;
      // With a limit for groups this thread's next task may not be the only one that can begin now.
      if (options_.max_running_per_group > 0) WakeForWaiting();
      continue;
    }
    if (stopping_) break;
    ++idle_;
    const bool woken = work_.wait_for(lock, options_.idle_lifetime, [this] { return stopping_ || HasWork(); });
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

bool WorkerPool::IsCrowded() const {
  std::lock_guard lock(mutex_);
  return waiting_count_ > 0 && aside_ > options_.max_running;
}

bool WorkerPool::Stop(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  Drop();
  work_.notify_all();
  return ended_.wait_for(lock, patience, [this] { return threads_ == 0; });
}

void WorkerPool::Mark(Slot& slot, bool Slot::*flag, bool value) {
  std::lock_guard lock(mutex_);
  if (slot.*flag == value) return;
  auto counts = [&] { return slot.is_blocked_ || slot.is_aside_ ? 0 : 1; };
  auto is_aside = [&] { return slot.is_aside_ && !slot.is_blocked_ ? 1 : 0; };
  const int counted = counts();
  aside_ -= static_cast<size_t>(is_aside());
  slot.*flag = value;
  aside_ += static_cast<size_t>(is_aside());
  // May exceed the limit for a moment when the task counts again: better than waiting for a slot with a half-made
  // result in hand.
  Count(slot, counts() - counted);
  WakeForWaiting();
}

void WorkerPool::Slot::SetAside(bool aside) {
  std::lock_guard lock(mutex_);
  if (pool_ != nullptr) pool_->Mark(*this, &Slot::is_aside_, aside);
}

WorkerPool::BlockedScope::BlockedScope() : slot_(current_slot) {
  // The task itself runs here, so its slot is in the pool.
  if (slot_ != nullptr) slot_->pool_->Mark(*slot_, &Slot::is_blocked_, true);
}

WorkerPool::BlockedScope::~BlockedScope() {
  if (slot_ != nullptr) slot_->pool_->Mark(*slot_, &Slot::is_blocked_, false);
}

}  // namespace firesteel::session
