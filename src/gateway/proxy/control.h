#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "gateway/audit/metrics.h"
#include "gateway/proxy/server_watch.h"
#include "gateway/servers/directory.h"
#include "gateway/sessions/sessions.h"
#include "gateway/state/state_file.h"

namespace firesteel::gateway {

/// A loop that forwards calls, as control sees it.
class ServerLossListener {
 public:
  virtual ~ServerLossListener() = default;
  /// From control's thread.
  virtual void ServerLost(ServerId server) = 0;
};

/// What is one for all loops: the decisions, the servers, their watches. Entries are thread-safe unless said otherwise.
class Control final : public DirectoryListener, public WatchListener {
 public:
  /// `metrics` must outlive it.
  Control(std::shared_ptr<const GatewayConfig> config, const Clock& clock, Metrics& metrics);
  ~Control() override;

  /// Before Start: goes on with the sessions that an earlier life of the gateway has saved, and saves its own.
  void UseState(std::unique_ptr<StateFile> state);
  /// Begins to watch servers, on a thread of its own. Listeners must outlive the control's Stop.
  void Start(std::vector<ServerLossListener*> loops);
  /// Ends watches and the processes that were started.
  void Stop();
  Status Configure(std::shared_ptr<const GatewayConfig> config);
  std::shared_ptr<const GatewayConfig> config() const { return config_.load(); }

  using Resumed = std::function<void(const Resumption&)>;
  /// `resumed` is called on `loop` once, where the decision says that the call waits; not after its CallEnded.
  Decision OnCall(const Call& call, EventLoop* loop = nullptr, Resumed resumed = nullptr);
  void ReplayDone(uint64_t ticket, const std::string& server_session, std::vector<std::string> warnings);
  void CallEnded(uint64_t ticket, CallEnd end, bool accepted);
  std::vector<SessionView> Sessions() const;
  std::vector<ServerEntryPtr> Servers() const;
  bool EndSession(const std::string& user, const std::string& session_id);
  /// An operator's wish about this start of a server; it outlives the gateway where a state is kept.
  void Drain(ServerId server, bool drain);
  /// Servers that get no new sessions: by Drain, or as they are not listed.
  std::set<ServerId> Draining() const;
  /// Servers of pools that are too old for new sessions.
  std::set<ServerId> Retiring() const;
  /// Processes of pools that were started and are not yet ready, by pool.
  std::map<std::string, int> Launching() const;
  /// Begins a session that has no client yet: sets the decision's replay and `config` on its server, and ends the call.
  /// `done` is called once, on control's thread: nothing where the server accepted them.
  void Open(const Decision& decision, const std::string& session_id, const ConfigPairs& config,
            std::function<void(std::optional<Refusal>)> done);

  /// Null when it was lost.
  ServerEntryPtr Server(ServerId id) const;
  /// Finds out whether the server lives; the verdict comes on the loop.
  void Suspect(ServerId id, EventLoop& loop, std::function<void(Verdict)> verdict);

 private:
  /// Why a server gets no new sessions.
  struct Withheld {
    bool by_operator = false;
    bool unlisted = false;
  };
  using Enter = std::function<void(gateway::Sessions&)>;
  /// Runs the entry under the lock, then does what it asked for.
  void With(const Enter& enter);
  void Apply(std::vector<Effect> effects);
  void Count(const Effect& effect);
  void Resume(const Effect& effect);
  void Release(const Effect& effect);
  /// On the control loop.
  void SetConfig(const Decision& decision, const std::string& session_id, const ConfigPairs& pairs, bool silent,
                 std::function<void(const UnaryOutcome&)> done);
  void CountLaunch(const std::string& pool, int by);
  /// A reason not to give it sessions begins or ends. Nothing where the server is not known.
  void Withhold(ServerId server, bool Withheld::*reason, bool withhold);
  /// Into the state, where one is kept; not the servers of pools, which end with this process.
  void Save(const ServerEntry& entry);
  void TickLater();
  /// False where its sessions cannot go on.
  bool RestoreServer(const SavedServer& saved);
  /// The watch of the address, claimed for the directory's server where an earlier life of the gateway knew it.
  std::shared_ptr<ServerWatch> WatchOfListed(const ServerAddress& server);
  /// By which its watch is known.
  ServerId KeyOf(ServerId listed) const;
  Result<ServerEntry> Blueprint(const ServerAddress& server) const;
  std::shared_ptr<ServerWatch> WatchOf(ServerId id) const;

  void ServerAppeared(const ServerAddress& server) override;
  void ServerUnlisted(ServerId server) override;
  void ServerDied(ServerId server, const std::string& why) override;
  void LaunchFailed(const std::string& servers, const std::string& message, const std::string& owner) override;
  /// A process of a pool that listens, but was no server in time: its launch has failed.
  void GiveUpIfNotReady(const ServerAddress& server);
  ServerId NewId() override { return ++last_id_; }
  void OnServerReady(const ServerEntryPtr& entry) override;
  void OnServerReachable(const ServerEntryPtr& entry, bool reachable) override;
  void OnServerLost(const ServerEntryPtr& entry, const std::string& why) override;

  Metrics& metrics_;
  const Clock& clock_;
  std::atomic<std::shared_ptr<const GatewayConfig>> config_;
  mutable std::mutex mutex_;
  gateway::Sessions sessions_;        ///< guarded by mutex_
  std::unique_ptr<StateFile> state_;  ///< null: nothing is saved
  struct Waiter {
    EventLoop* loop = nullptr;
    Resumed resumed;
  };
  std::unordered_map<uint64_t, Waiter> waiters_;  ///< by ticket; guarded by mutex_
  mutable std::mutex servers_mutex_;
  std::unordered_map<ServerId, ServerEntryPtr> servers_;  ///< guarded by servers_mutex_
  /// When each session that lives was created, by user and id; guarded by servers_mutex_.
  std::map<std::pair<std::string, std::string>, std::chrono::steady_clock::time_point> began_;
  std::map<ServerId, Withheld> withheld_;  ///< guarded by servers_mutex_
  std::map<std::string, int> launching_;   ///< guarded by servers_mutex_

  EventLoop loop_;
  std::thread thread_;
  std::vector<ServerLossListener*> loops_;
  Directory directory_;
  // Of the control loop's thread:
  ServerId last_id_ = 0;
  std::map<ServerId, std::shared_ptr<ServerWatch>> watches_;  ///< by the directory's id, or one that stands for it
  /// Watches that were restored, by the directory's ids, once it has listed them; before that by their addresses.
  std::map<ServerId, ServerId> claimed_;
  std::map<std::tuple<std::string, std::string, uint16_t>, ServerId> unclaimed_;
};

}  // namespace firesteel::gateway
