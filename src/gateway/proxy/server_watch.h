#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "gateway/proxy/server_entry.h"
#include "gateway/proxy/upstream.h"

namespace firesteel::gateway {

/// Told of one address's server. On the control loop.
class WatchListener {
 public:
  virtual ~WatchListener() = default;
  /// A start of the server that is new, under a new id.
  virtual ServerId NewId() = 0;
  virtual void OnServerReady(const ServerEntryPtr& entry) = 0;
  /// It does not answer its probes, or (`reachable`) answers again.
  virtual void OnServerReachable(const ServerEntryPtr& entry, bool reachable) = 0;
  virtual void OnServerLost(const ServerEntryPtr& entry, const std::string& why) = 0;
};

/// What is known of a server after a connection to it broke.
enum class Verdict : uint8_t {
  kAlive,
  kSilent,  ///< neither refuses nor answers: it may come back
  kLost,
};

/// Keeps an eye on the server at one address by real Config requests: whether it is there, answers, and is still the
/// one that was started then. Dead is who refuses connections three times in a row, or does not answer for half a
/// minute: a broken connection alone proves nothing. For the control loop's thread.
class ServerWatch : public std::enable_shared_from_this<ServerWatch> {
 public:
  /// `blueprint`: the entry without id and instance. `known`: the start that an earlier life of the gateway knew; null:
  /// none. It is ready when it has answered, lost when it has not, or when another start answers.
  ServerWatch(EventLoop& loop, WatchListener& listener, ServerEntry blueprint, Milliseconds probe_interval,
              ServerEntryPtr known = nullptr);

  void Start() { Attempt(); }
  /// Asks at once whether this start of the server lives; `verdict` comes within two seconds if connections to it are
  /// refused or answered.
  void Suspect(ServerId id, std::function<void(Verdict)> verdict);
  /// It is known to be gone.
  void Died(const std::string& why);
  /// One that is no longer listed is watched until it is lost.
  void SetListed(bool listed) { listed_ = listed; }
  /// Watches no longer; what lives on it goes on without.
  void Stop();

  const ServerEntryPtr& entry() const { return entry_; }
  const ServerAddress& address() const { return blueprint_.address; }
  /// Whether a start of the server was ever known.
  bool was_ready() const { return was_ready_; }
  /// Nothing more comes of it.
  bool stopped() const { return stopped_; }
  /// The probe's connection; null while there is none.
  Http2Connection* connection() { return upstream_ ? upstream_->connection() : nullptr; }
  void CheckTimes(std::chrono::steady_clock::time_point now) {
    if (upstream_) upstream_->CheckTimes(now);
  }

 private:
  void Attempt();
  void Attempted(Upstream::Outcome outcome, const std::string& why);
  void ProbeLater();
  void Retry();
  void SetReachable(bool reachable);
  void Lose(const std::string& why);
  void Settle(Verdict verdict);

  EventLoop& loop_;
  WatchListener& listener_;
  ServerEntry blueprint_;
  Milliseconds probe_interval_;
  ServerEntryPtr entry_;  ///< null while no start of the server is known
  std::shared_ptr<Upstream> upstream_;
  bool attempting_ = false, stopped_ = false, listed_ = true, was_ready_ = false;
  int refusals_ = 0;
  std::chrono::steady_clock::time_point silent_since_{};  ///< zero: it answered last
  std::vector<std::function<void(Verdict)>> verdicts_;
};

}  // namespace firesteel::gateway
