#include "engine/cancel_watcher.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace firesteel::engine {
namespace {

constexpr std::chrono::milliseconds kInterval{10};

}  // namespace

CancelWatcher::~CancelWatcher() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

CancelWatcher::Watch::Watch(CancelWatcher& watcher, CancelTokenPtr token,
                            duckdb::shared_ptr<duckdb::ClientContext> context, ProgressCall progress)
    : watcher_(watcher), token_(std::move(token)), context_(std::move(context)), progress_(std::move(progress)) {
  if (!token_) return;
  {
    std::lock_guard lock(watcher_.mutex_);
    place_ = watcher_.watches_.insert(watcher_.watches_.end(), this);
    if (!watcher_.thread_.joinable()) watcher_.thread_ = std::thread([&w = watcher_] { w.Loop(); });
  }
  watcher_.wake_.notify_one();
}

CancelWatcher::Watch::~Watch() {
  if (!token_) return;
  std::lock_guard lock(watcher_.mutex_);
  watcher_.watches_.erase(place_);
}

void CancelWatcher::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (watches_.empty()) {
      wake_.wait(lock, [this] { return stopping_ || !watches_.empty(); });
      continue;
    }
    for (Watch* watch : watches_) {
      // Again and again: an interrupt that meets the query before it starts is forgotten.
      if (watch->token_->cancelled()) watch->context_->Interrupt();
      const auto now = std::chrono::steady_clock::now();
      if (watch->progress_.tell && now - watch->told_ >= watch->progress_.interval) {
        watch->told_ = now;
        // Negative while the engine cannot tell, and again when it begins to send its last rows.
        const double part = watch->context_->GetQueryProgress().GetPercentage() / 100;
        watch->done_ = std::clamp(part, watch->done_, 1.0);
        watch->progress_.tell(watch->done_);
      }
    }
    wake_.wait_for(lock, kInterval, [this] { return stopping_; });
  }
}

}  // namespace firesteel::engine
