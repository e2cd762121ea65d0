#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace firesteel::gateway {

/// Durations counted by size, in the manner of Prometheus. Observe takes two atomic additions, no lock. Thread-safe.
/// `N` bounds, in seconds, rising; what is above the last is counted, too.
template <size_t N>
class Histogram {
 public:
  constexpr explicit Histogram(const std::array<double, N>& bounds) : bounds_(bounds) {}

  void Observe(std::chrono::nanoseconds duration) {
    const int64_t nanos = std::max<int64_t>(duration.count(), 0);
    const double seconds = static_cast<double>(nanos) / 1e9;
    // A value equal to a bound belongs to it ("le").
    const auto bucket =
        static_cast<size_t>(std::lower_bound(bounds_.begin(), bounds_.end(), seconds) - bounds_.begin());
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
    nanos_.fetch_add(static_cast<uint64_t>(nanos), std::memory_order_relaxed);
  }

  struct Snapshot {
    std::array<uint64_t, N + 1> at_most{};  ///< values up to each bound; the last: all
    double sum_seconds = 0;
  };
  /// Taken while others count: each number is right, the sum may be of a few more or fewer values.
  Snapshot Read() const {
    Snapshot snapshot;
    uint64_t sum = 0;
    for (size_t i = 0; i < counts_.size(); ++i) {
      sum += counts_[i].load(std::memory_order_relaxed);
      snapshot.at_most[i] = sum;
    }
    snapshot.sum_seconds = static_cast<double>(nanos_.load(std::memory_order_relaxed)) / 1e9;
    return snapshot;
  }
  const std::array<double, N>& bounds() const { return bounds_; }

 private:
  const std::array<double, N> bounds_;
  std::array<std::atomic<uint64_t>, N + 1> counts_{};
  std::atomic<uint64_t> nanos_{0};
};

template <size_t N>
Histogram(const std::array<double, N>&) -> Histogram<N>;

}  // namespace firesteel::gateway
