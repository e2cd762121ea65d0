#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "session/operation/operation.h"

namespace firesteel::server {

/// What one operation was asked and what became of it, for people and for metrics.
struct Statement {
  std::string operation_id;
  std::string session_id;
  std::string user_id;
  std::string text;  ///< SQL as sent (its beginning), or the outline of a DataFrame
  std::vector<std::string> tags;
  int64_t begun_micros = 0;  ///< since 1970 UTC
  int64_t ended_micros = 0;  ///< 0 while it runs
  session::OperationState state = session::OperationState::kRunning;
  std::string plan;   ///< the optimized plan, where one was made
  std::string error;  ///< the message of a failed one (its beginning)
  int64_t rows = 0;   ///< sent so far
  int64_t bytes = 0;
};

/// succeeded, failed, canceled, and running for what has not ended.
std::string_view StateText(session::OperationState state);

/// The operations that run, the last ones that ended, and sums over all. Thread-safe.
class StatementLog {
 public:
  /// Upper bounds in seconds of the histogram of durations.
  static constexpr std::array<double, 10> kBounds{0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600};

  explicit StatementLog(size_t most_ended = 200, const Clock& clock = SystemClock::Instance())
      : most_ended_(most_ended), clock_(clock) {}

  /// What an operation that ended has cost.
  struct Figures {
    double seconds = 0;
    int64_t rows = 0;
    int64_t bytes = 0;
  };

  /// One running operation's place in the log. Not thread-safe itself.
  class Entry {
   public:
    Entry(StatementLog& log, uint64_t number) : log_(log), number_(number) {}
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    void SetPlan(std::string plan);
    void AddRows(int64_t rows, int64_t bytes);
    /// Once, at the end.
    Figures End(session::OperationState state, const std::string& error);

   private:
    StatementLog& log_;
    const uint64_t number_;
  };

  /// Fills `begun_micros`. The entry must not outlive the log.
  std::unique_ptr<Entry> Begin(Statement statement, const session::OperationPtr& operation);

  /// Whether plans are worth their making.
  bool keeps_plans() const { return keeps_plans_; }
  void KeepPlans() { keeps_plans_ = true; }  ///< before the server starts

  /// Those that run, the longest first, then those that ended, the latest first.
  std::vector<Statement> Snapshot() const;
  /// False when no such operation runs.
  bool Interrupt(const std::string& operation_id);

  struct Totals {
    int64_t running = 0;
    int64_t succeeded = 0;
    int64_t failed = 0;
    int64_t canceled = 0;
    int64_t rows = 0;
    int64_t bytes = 0;
    double seconds = 0;                                   ///< of those that ended
    std::array<int64_t, kBounds.size() + 1> durations{};  ///< how many took at most kBounds[i]; last: longer
  };
  Totals totals() const;

 private:
  struct Running {
    Statement statement;
    std::weak_ptr<session::Operation> operation;
  };

  const size_t most_ended_;
  const Clock& clock_;
  bool keeps_plans_ = false;
  mutable std::mutex mutex_;
  uint64_t next_ = 0;                    // guarded by mutex_
  std::map<uint64_t, Running> running_;  // guarded by mutex_; in the order of their begin
  std::deque<Statement> ended_;          // guarded by mutex_; latest last
  Totals totals_;                        // guarded by mutex_; without `running`
};

}  // namespace firesteel::server
