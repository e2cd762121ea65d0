#pragma once

#include <atomic>
#include <cstdint>

namespace firesteel::session {

/// What all operations of the server together may hold of results that no client has confirmed. Nothing is refused:
/// when it is spent, runs wait for their readers at once and less is kept for replay. Thread-safe.
class BufferBudget {
 public:
  explicit BufferBudget(int64_t bytes) : bytes_(bytes) {}

  /// Counts bytes that an operation holds from now on, or (negative) no longer.
  void Add(int64_t bytes) { held_.fetch_add(bytes, std::memory_order_relaxed); }
  int64_t held() const { return held_.load(std::memory_order_relaxed); }
  bool IsSpent() const { return held() >= bytes_; }

 private:
  const int64_t bytes_;
  std::atomic<int64_t> held_{0};
};

}  // namespace firesteel::session
