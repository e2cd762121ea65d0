#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

#include "base/cancel_token.h"

namespace firesteel::engine {

/// Counts the runs under way. One that fails for memory beside others is tried once more when they have ended: alone it
/// may fit. Thread-safe.
class MemoryRetry {
 public:
  struct Options {
    /// How long the second try waits for the others, and new runs wait for it to begin. Then it begins all the same.
    std::chrono::milliseconds patience{10'000};
  };

  MemoryRetry() = default;
  explicit MemoryRetry(Options options) : options_(options) {}

  /// Calls `run`, and once more when it threw OutOfMemory beside other runs and `may_repeat` says that nothing of it
  /// was seen. Throws what `run` throws; OPERATION_CANCELED when cancelled while waiting.
  void Run(const std::function<void()>& run, const std::function<bool()>& may_repeat, const CancelTokenPtr& cancel);

 private:
  class Entry;

  const Options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t running_ = 0;  // guarded by mutex_
  size_t waiting_ = 0;  // guarded by mutex_; second tries that wait for the others
};

}  // namespace firesteel::engine
