#pragma once

#include <chrono>
#include <cstdint>

namespace firesteel {

/// Where time comes from, so that tests can set it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Microseconds since 1970-01-01 00:00:00 UTC.
  virtual int64_t NowMicros() const = 0;
  /// For measuring intervals; never goes back.
  virtual std::chrono::steady_clock::time_point Steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t NowMicros() const override {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  std::chrono::steady_clock::time_point Steady() const override { return std::chrono::steady_clock::now(); }

  static const SystemClock& Instance() {
    static const SystemClock kClock;
    return kClock;
  }
};

/// A clock that stands still until it is told to move. Not thread-safe to move.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t now_micros = 0) : now_(now_micros) {}
  void Advance(int64_t micros) { now_ += micros; }
  int64_t NowMicros() const override { return now_; }
  std::chrono::steady_clock::time_point Steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::microseconds(now_));
  }

 private:
  int64_t now_;
};

}  // namespace firesteel
