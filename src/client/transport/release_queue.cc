#include "client/transport/release_queue.h"

#include <algorithm>
#include <utility>

namespace firesteel::client {
namespace {

// Responses come faster than the server needs to hear of them.
constexpr std::chrono::milliseconds kDelay{20};
constexpr std::chrono::milliseconds kLastWait{2'000};

}  // namespace

ReleaseQueue::~ReleaseQueue() {
  Flush(kLastWait);
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void ReleaseQueue::Add(proto::ReleaseExecuteRequest request) {
  const auto due = Clock::now() + (request.has_release_all() ? std::chrono::milliseconds(0) : kDelay);
  std::lock_guard lock(mutex_);
  Pending& pending = pending_[request.operation_id()];
  if (pending.request.has_release_all()) return;
  // What waits already keeps its time, or a fast stream would put it off for ever.
  if (pending.request.operation_id().empty() || request.has_release_all()) pending.due = due;
  pending.request = std::move(request);
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  changed_.notify_all();
}

void ReleaseQueue::Flush(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  for (auto& [operation, pending] : pending_) pending.due = Clock::now();
  changed_.notify_all();
  changed_.wait_for(lock, longest, [&] { return pending_.empty() && !sending_; });
}

void ReleaseQueue::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (pending_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = std::min_element(pending_.begin(), pending_.end(),
                                        [](const auto& a, const auto& b) { return a.second.due < b.second.due; });
    if (first->second.due > Clock::now()) {
      changed_.wait_until(lock, first->second.due);
      continue;
    }
    const proto::ReleaseExecuteRequest request = std::move(first->second.request);
    pending_.erase(first);
    sending_ = true;
    lock.unlock();
    // The server drops abandoned operations by itself: a failure here has no consequence.
    proto::ReleaseExecuteResponse response;
    transport_->Call(Rpc::kReleaseExecute, request, response, options_());
    lock.lock();
    sending_ = false;
    changed_.notify_all();
  }
}

}  // namespace firesteel::client
