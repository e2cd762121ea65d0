#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "session/limits.h"
#include "session/session.h"

namespace firesteel::session {

/// All sessions of the server, by (user id, session id). Thread-safe.
class SessionManager {
 public:
  struct Options {
    std::shared_ptr<const ConfigMap> server_settings;  ///< what every session's configuration starts with
    Operation::Limits operation_limits;
    Limits limits;
    std::chrono::milliseconds session_lifetime{3'600'000};  ///< without any RPC
    std::chrono::milliseconds detached_lifetime{300'000};   ///< of an operation without a stream
    size_t max_tombstones = 10'000;                         ///< ids of closed sessions that are remembered
    size_t max_operation_tombstones = 10'000;               ///< ids of closed operations, in each session
    std::string artifact_folder;  ///< where sessions keep what clients send; see ArtifactStore
    /// Called once a session when it ends, without locks held.
    std::function<void(SessionState&)> on_close;
    /// Whether runs that nobody reads keep others from running; see WorkerPool::IsCrowded. Null: never.
    std::function<bool()> is_crowded;
  };

  explicit SessionManager(Options options, const Clock& clock = SystemClock::Instance());
  ~SessionManager();

  /// The session, made if need be. Throws QueryError INVALID_HANDLE.FORMAT (no UUID), SESSION_CLOSED (was released
  /// before), SESSION_CHANGED (the client has seen another server-side id), and SERVER_LIMIT_EXCEEDED for a new one.
  SessionPtr GetOrCreate(const std::string& user_id, const std::string& session_id, const std::string& observed);
  /// Throws INVALID_HANDLE.SESSION_NOT_FOUND, SESSION_CLOSED, SESSION_CHANGED.
  SessionPtr Get(const std::string& user_id, const std::string& session_id, const std::string& observed);
  /// As GetOrCreate, but a session that is not there is not made: what comes back then is a session of its own, as
  /// fresh as the real one would be and with the same server-side id. For requests that clients send without using the
  /// session (reading configuration, clearing the ML cache at exit). Does not count as use.
  SessionPtr GetOrPeek(const std::string& user_id, const std::string& session_id, const std::string& observed);
  /// Remembers an operation that a client ran at its exit, for the release that follows: its session may not exist.
  void NoteFarewell(const std::string& operation_id);
  bool IsFarewell(const std::string& operation_id) const;
  /// A new session with the configuration, views and data of `from`. Throws INVALID_HANDLE.FORMAT, SESSION_CLOSED, and
  /// SESSION_CHANGED for an id that is taken, SERVER_LIMIT_EXCEEDED.
  SessionPtr Clone(const SessionPtr& from, const std::string& new_session_id);
  /// Ends the session; its id stays closed unless `allow_reconnect`. The server-side id, or empty when there was none.
  std::string Release(const std::string& user_id, const std::string& session_id, bool allow_reconnect);

  /// Ends what has been idle too long, and while it is crowded the runs that have been without a stream for longest.
  /// Run every second by StartSweeping's thread; tests call it themselves.
  void Sweep();
  void StartSweeping();
  /// For the end of the server: interrupts every operation.
  void InterruptAll();
  size_t size() const;
  const Limits& limits() const { return options_.limits; }

 private:
  using Key = std::pair<std::string, std::string>;

  SessionPtr NewSession(const Key& key) const;  // with mutex_ held
  SessionPtr MakeLocked(const Key& key);
  std::string ServerSideId(const Key& key) const;  // with mutex_ held
  void RequireOpenLocked(const Key& key) const;
  static void RequireSame(const Session& session, const std::string& observed);
  std::vector<SessionPtr> Sessions() const;
  void Close(const SessionPtr& session);
  void EndLongestDetached();

  static constexpr size_t kMaxFarewells = 100;

  const Options options_;
  const Clock& clock_;
  const std::string server_id_;
  const std::shared_ptr<SharedState> shared_ = std::make_shared<SharedState>();

  mutable std::mutex mutex_;
  std::map<Key, SessionPtr> sessions_;      // guarded by mutex_
  std::map<std::string, int64_t> by_user_;  // guarded by mutex_; numbers of sessions, no zeros
  std::set<Key> closed_;                    // guarded by mutex_
  std::deque<Key> closed_order_;            // guarded by mutex_; oldest first
  std::map<Key, int64_t> lives_;            // guarded by mutex_; of sessions that were released to come back
  std::deque<std::string> farewells_;       // guarded by mutex_; oldest first
  std::condition_variable stop_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread sweeper_;
};

}  // namespace firesteel::session
