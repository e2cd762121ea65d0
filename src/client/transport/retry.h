#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>

#include "client/transport/transport.h"
#include "firesteel/session.h"

namespace firesteel::client {

/// Whether the same call may succeed a moment later: PySpark's DefaultPolicy.
bool IsRetryable(const grpc::Status& status);
/// How long the server asks to be left alone (google.rpc.RetryInfo).
std::optional<std::chrono::milliseconds> ServerDelay(const grpc::Status& status);

/// The waits of one call. Not thread-safe.
class RetryWaits {
 public:
  explicit RetryWaits(const RetryPolicy& policy) : policy_(policy), next_(policy.initial_backoff) {}

  /// How long to wait before the next attempt; nothing when there were enough.
  std::optional<std::chrono::milliseconds> Next(const grpc::Status& status);

 private:
  const RetryPolicy policy_;
  int attempts_ = 0;
  std::chrono::duration<double, std::milli> next_;
};

/// A pause that ends early when it is called off. Thread-safe.
class Pause {
 public:
  /// False when it was called off, before or meanwhile.
  bool Wait(std::chrono::milliseconds duration) {
    std::unique_lock lock(mutex_);
    return !called_off_condition_.wait_for(lock, duration, [&] { return called_off_; });
  }
  void CallOff() {
    std::lock_guard lock(mutex_);
    called_off_ = true;
    called_off_condition_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable called_off_condition_;
  bool called_off_ = false;
};

/// Repeats calls of one response by the policy; `pause` ends the waiting. Streams are not repeated: ReattachingStream
/// does that, as it knows what it has read.
TransportPtr WithRetries(TransportPtr next, const RetryPolicy& policy, std::shared_ptr<Pause> pause);

}  // namespace firesteel::client
