#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "gateway/routing/resolve_route.h"
#include "gateway/sessions/pools.h"
#include "gateway/sessions/quotas.h"
#include "gateway/sessions/server_table.h"
#include "gateway/sessions/session.h"
#include "gateway/sessions/sessions.h"

namespace firesteel::gateway {

/// What Sessions hides. calls.cc decides about calls, binding.cc gives sessions a server, endings.cc ends them.
class Sessions::State {
 public:
  State(std::shared_ptr<const GatewayConfig> config, const Clock& clock, uint64_t seed);

  // saved.cc
  void RestoreServer(ServerId id, const std::string& servers);
  void RestoreSession(const SavedSession& saved);

  // calls.cc
  Decision OnCall(const Call& call);

  // tickets.cc
  void ReplayDone(uint64_t ticket, const std::string& server_session, std::vector<std::string> warnings);
  void CallEnded(uint64_t ticket, CallEnd end, bool accepted);

  // servers.cc
  void ServerReady(ServerId id, const std::string& servers, const std::string& owner);
  void ServerUnreachable(ServerId id);
  void ServerLost(ServerId id);
  void Drain(ServerId id, bool drain);
  void LaunchFailed(const std::string& servers, const std::string& message, const std::string& owner);
  void Configure(std::shared_ptr<const GatewayConfig> config);

  // endings.cc
  bool EndSession(const std::string& user, const std::string& session_id);
  void Tick();

  std::vector<Effect> TakeEffects() { return std::exchange(effects_, {}); }
  std::vector<SessionView> List() const;
  std::set<ServerId> Retiring() const;

 private:
  struct Ticket {
    SessionPtr session;
    ServerId server = 0;
    Method method = Method::kOther;
    std::string operation_id;  ///< of a reattachable execution
    std::string new_session_id;
    bool allow_reconnect = false;
    bool counts_as_use = true;  ///< false: a client's call at its exit, which makes no idle session busy
    bool counts_as_operation = false;
  };
  /// What is remembered of a caller beyond one session.
  struct User {
    int drafts = 0;
    std::optional<Route> latest;  ///< of the session that was used last
    TimePoint used;
  };

  // calls.cc
  Decision OnUnknown(const Call& call, const SessionKey& key);
  Decision OnDraft(const Call& call, const SessionPtr& session);
  Decision OnBound(const Call& call, const SessionPtr& session);
  Decision OnEnded(const Call& call, const Session& session) const;
  Decision Keep(const Call& call, SessionPtr session, const SessionKey& key);
  Decision PlanCompression(const Call& call, const SessionKey& key, const Draft& draft);
  Decision ReattachToDraft(const Call& call, const SessionPtr& session);
  /// `route`: null for a session without one.
  std::optional<Refusal> AdmitRequest(const Call& call, const SessionKey& key, const Route* route);
  std::vector<std::string> Warnings(const Call& call, const Session& session) const;
  /// The server-side id for a client that is answered before its session has a server.
  std::string ToldSession(const SessionKey& key, int64_t epochs_ago = 0) const;
  std::string NewSessionId();
  bool ToldLately(const SessionKey& key, const std::string& observed) const;
  Decision Refused(Refusal refusal, const Session* session = nullptr) const;

  // binding.cc
  using Resolution = std::variant<ResolvedRoute, Refusal>;
  Resolution Resolve(const Call& call, const SessionKey& key, const Draft& draft) const;
  /// Gives a draft its server and forwards, or tells the client to come again. `session` null: it is unknown yet.
  Decision Bind(const Call& call, const SessionKey& key, SessionPtr session);
  void BindTo(Server& server, Session& session, const ResolvedRoute& resolved);
  /// Null where the caller has too many already.
  SessionPtr NewDraft(const SessionKey& key);
  Decision WaitForServer(const Call& call, const SessionPtr& session, const ResolvedRoute& resolved);
  std::string WhereToWait(const Session& session, const ResolvedRoute& resolved);
  std::optional<Refusal> WaitedTooLong(Session& session, const ServersConfig& set);
  void RememberRefused(const Call& call, const SessionKey& key, SessionPtr session);
  Decision Forward(const Call& call, const SessionPtr& session);

  // saved.cc
  /// Asks the world to keep what the session is now.
  void Save(const Session& session);
  void Forget(const Session& session);

  // setup.cc
  /// Whether the server is to be told something before the call, or asked for its id of the session.
  static bool NeedsSetup(const Session& session, const std::string& told);
  /// Has the call set the session up, or wait for the one that does.
  void SetUpOrWait(const SessionPtr& session, Decision* decision);
  /// The set-up is done: those that waited go on.
  void ResumeAll(Session& session);
  /// The call that set it up has ended before that was done: the next one's turn.
  void ResumeNext(Session& session);
  /// The session was ended: nobody waits any more.
  void ResumeEnded(Session& session);
  void Resume(uint64_t ticket, Resumption resumption);

  // tickets.cc
  void EndStream(const Ticket& ticket, CallEnd end);
  void BindClone(const Ticket& ticket);

  // endings.cc
  /// Ends a bound session: kReleased (by its client) or kLost (by anything else).
  void End(const SessionPtr& session, Session::State state, const char* reason, bool release_on_server);
  /// `state`: what becomes of its id, kLost or kReleased.
  void DropDraft(const SessionPtr& session, Session::State state);
  void Bury(const SessionPtr& session);
  bool MayRun(const Session& session) const;
  void EndExpired();
  void ForgetTombstones();
  /// Whether an unknown session may be one that ended a short while ago: there were too many to remember.
  bool ForgotLately() const;

  // servers.cc
  const ServersConfig* PoolOf(const std::string& servers) const;
  void BalancePools();

  TimePoint Now() const { return clock_.Steady(); }
  static SessionKey KeyOf(const Call& call);
  static bool IsReattachable(const Call& call);

  std::shared_ptr<const GatewayConfig> config_;
  const Clock& clock_;
  const uint64_t seed_;
  std::mt19937_64 random_;
  uint64_t last_serial_ = 0, last_ticket_ = 0;
  std::unordered_map<SessionKey, SessionPtr, SessionKeyHash> sessions_;
  /// What clients without a session were told when they asked for plan compression, for some minutes.
  struct Greeting {
    std::string told;
    TimePoint when;
  };
  std::unordered_map<SessionKey, Greeting, SessionKeyHash> greeted_;
  std::deque<std::pair<TimePoint, SessionPtr>> tombstones_;  ///< oldest first
  std::optional<TimePoint> forgot_;                          ///< when a tombstone went before its time
  std::unordered_map<uint64_t, Ticket> tickets_;
  std::map<Caller, User> users_;
  size_t draft_bytes_ = 0;
  Quotas quotas_;
  std::vector<Effect> effects_;
  ServerTable servers_;
  Pools pools_;
};

}  // namespace firesteel::gateway
