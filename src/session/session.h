#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "session/error/error_record.h"
#include "session/operation/closed_operations.h"
#include "session/operation/operation.h"
#include "session/session_state.h"

namespace firesteel::session {

/// One client's session: its state, its operations, its last errors. Thread-safe; shared by the RPCs that use it.
class Session {
 public:
  struct Options {
    Operation::Limits operation_limits;
    int64_t max_operations = 0;      ///< that run or wait; 0: any number. See Limits
    size_t max_tombstones = 10'000;  ///< ids of closed operations that are remembered
  };

  Session(std::unique_ptr<SessionState> state, std::string server_side_id, Options options, const Clock& clock);

  SessionState& state() { return *state_; }
  const std::string& user_id() const { return state_->user_id(); }
  const std::string& session_id() const { return state_->session_id(); }
  /// Another one for every life of a session: tells a client that the server lost what it had.
  const std::string& server_side_id() const { return server_side_id_; }
  ErrorStore& errors() { return errors_; }

  struct Started {
    OperationPtr operation;
    bool is_new = false;  ///< false: the same request was sent again; attach to what it started
  };
  /// Throws QueryError INVALID_HANDLE.OPERATION_ALREADY_EXISTS (same id, other request) and
  /// INVALID_HANDLE.OPERATION_ABANDONED (the id was used before), SERVER_LIMIT_EXCEEDED.
  Started StartOperation(const std::string& id, std::string request, std::vector<std::string> tags, bool reattachable);
  /// Null when there is none.
  OperationPtr FindOperation(const std::string& id) const;
  /// Throws INVALID_HANDLE.OPERATION_NOT_FOUND or OPERATION_ABANDONED.
  OperationPtr RequireOperation(const std::string& id) const;
  /// Interrupts it if it runs, frees what it kept, remembers its id. Nothing when there is none.
  void CloseOperation(const std::string& id);
  /// Interrupts the running operations that `chosen` picks; their ids.
  std::vector<std::string> Interrupt(const std::function<bool(const Operation&)>& chosen);
  void CloseAllOperations();
  std::vector<std::string> OperationIds() const;
  OperationStatus StatusOf(const std::string& id) const;
  bool HasRunningOperations() const;

  /// Ends streams that last too long and closes operations that nobody has attached to for `patience`, or that have
  /// ended, that nobody reads and that are more than a session needs.
  void Sweep(std::chrono::milliseconds patience);
  /// The run without a stream for the longest time, and since when; null when there is none.
  OperationPtr LongestDetached(std::chrono::steady_clock::time_point* since) const;
  /// As CloseOperation, and who comes back for it hears OPERATION_ABANDONED.
  void AbandonOperation(const std::string& id) { Close(id, true); }

  void Touch() { last_used_.store(clock_.Steady(), std::memory_order_relaxed); }
  std::chrono::steady_clock::time_point last_used() const { return last_used_.load(std::memory_order_relaxed); }

 private:
  std::vector<OperationPtr> Operations() const;
  void Close(const std::string& id, bool abandoned);

  bool HasTooManyOperations() const;  // with mutex_ held

  /// Clients release what they have read; those that do not shall not fill the memory until their operations count as
  /// abandoned.
  static constexpr size_t kMaxUnreleased = 1'000;

  const std::unique_ptr<SessionState> state_;
  const std::string server_side_id_;
  const Options options_;
  const Clock& clock_;
  ErrorStore errors_;
  std::atomic<std::chrono::steady_clock::time_point> last_used_;

  mutable std::mutex mutex_;
  std::map<std::string, OperationPtr> operations_;  // guarded by mutex_
  ClosedOperations closed_;                         // guarded by mutex_
};

using SessionPtr = std::shared_ptr<Session>;

}  // namespace firesteel::session
