#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace firesteel::gateway::simulation {

/// Virtual time, what happens in it, and chance: the same seed gives the same run. Times in milliseconds.
class World {
 public:
  explicit World(uint64_t seed, std::vector<std::string>* trace) : random_(seed), trace_(trace) {}

  const Clock& clock() const { return clock_; }
  int64_t Now() const { return clock_.NowMicros() / 1000; }

  void After(int64_t milliseconds, std::function<void()> action) {
    events_.push({clock_.NowMicros() + milliseconds * 1000, ++last_event_, std::move(action)});
  }
  /// Until nothing is left to happen, `end` is reached or an invariant was broken.
  void Run(int64_t end) {
    while (!events_.empty() && failure_.empty() && events_.top().micros <= end * 1000) {
      Event event = std::move(const_cast<Event&>(events_.top()));
      events_.pop();
      clock_.Advance(event.micros - clock_.NowMicros());
      event.action();
    }
  }

  int64_t Between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random_() % static_cast<uint64_t>(most - least + 1));
  }
  bool Chance(double probability) { return static_cast<double>(random_() >> 11) * 0x1p-53 < probability; }
  uint64_t Random() { return random_(); }
  std::string Uuid() {
    std::string text = "00000000-0000-4000-8000-000000000000";
    for (char& c : text) {
      if (c == '0') c = "0123456789abcdef"[random_() % 16];
    }
    return text;
  }

  /// An invariant is broken. The first one counts.
  void Fail(const std::string& what) {
    if (failure_.empty()) failure_ = what + " (at " + std::to_string(Now()) + " ms)";
  }
  const std::string& failure() const { return failure_; }
  /// `describe` gives the line; it is only called when someone wants to read it.
  template <class Describe>
  void Trace(const Describe& describe) {
    if (trace_ != nullptr) trace_->push_back(std::to_string(Now()) + " ms " + describe());
  }

 private:
  struct Event {
    int64_t micros;
    uint64_t order;
    std::function<void()> action;
    bool operator<(const Event& other) const { return std::pair(micros, order) > std::pair(other.micros, other.order); }
  };

  ManualClock clock_{3'600'000'000};
  std::mt19937_64 random_;
  std::priority_queue<Event> events_;
  uint64_t last_event_ = 0;
  std::string failure_;
  std::vector<std::string>* trace_;
};

}  // namespace firesteel::gateway::simulation
