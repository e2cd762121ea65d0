#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace firesteel::session {

/// What a client may ask about an operation that is or was here.
enum class OperationStatus : uint8_t { kUnknown, kRunning, kSucceeded, kFailed, kCanceled };

/// The operations of a session that are over and gone: their ids cannot be used again, how they ended can be asked for.
/// As long as Spark remembers them, and not more than a number; some 80 bytes each. Not thread-safe.
class ClosedOperations {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Ending {
    OperationStatus status;
    bool abandoned;  ///< nobody came back for it
  };
  /// Spark's time for operations that nobody asks for (its INACTIVE_OPERATIONS_CACHE_EXPIRATION).
  static constexpr std::chrono::minutes kPatience{30};

  explicit ClosedOperations(size_t most) : most_(most) {}

  /// `id` is a UUID; others are not remembered. Forgets the oldest ones when there are too many.
  void Add(const std::string& id, Ending ending, Time now);
  std::optional<Ending> Find(const std::string& id) const;
  /// Forgets those that were added `kPatience` before now or earlier.
  void Forget(Time now);
  size_t size() const { return order_.size(); }

 private:
  using Key = std::array<uint64_t, 2>;
  void ForgetOldest();

  const size_t most_;
  std::map<Key, Ending> endings_;           // no hash table: clients choose the ids, and so what would collide
  std::deque<std::pair<Key, Time>> order_;  // oldest first
};

}  // namespace firesteel::session
