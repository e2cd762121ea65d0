#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "gateway/auth/identity.h"
#include "gateway/config/config.h"
#include "gateway/refusal.h"
#include "gateway/wire/request_fields.h"

/// The gateway's decisions: which server a session lives on, and what a call that cannot go there is told. No I/O, no
/// threads, no clock of its own: what the simulator drives is what the gateway runs.
namespace firesteel::gateway {

/// A server of some [servers.NAME], unique while the gateway runs. A server that was started anew is another one.
using ServerId = uint64_t;

/// What the caller's metadata and connection say of the route; absent fields were not said.
struct RouteHints {
  std::optional<std::string> team, environment, user;                ///< metadata
  std::optional<std::string> authority_team, authority_environment;  ///< from `:authority`
};

struct Call {
  Method method = Method::kOther;
  std::shared_ptr<const Identity> identity;
  RouteHints hints;
  RequestFields fields;
};

/// Where a session was sent and what it is called there.
struct Route {
  std::string team, environment, user, namespace_name;
};

struct Decision {
  enum class Kind : uint8_t {
    kForward,          ///< to `server`, after `replay` where it is not empty
    kConfigKept,       ///< answer a Config.Set with an empty success: it is kept until the session has a server
    kCacheCleaned,     ///< answer ExecutePlan with ResultComplete only: there is no session to clean
    kPlanCompression,  ///< answer Config.Get with the keys' values that `server`'s probe learned; no session is made.
                       ///< `server` 0: none is ready; the keys without values (clients then do not compress)
    kNothing,          ///< answer ReleaseSession, ReleaseExecute or Interrupt with an empty success: nothing is there
    kRefuse,
  };
  Kind kind = Kind::kRefuse;
  ServerId server = 0;
  std::string user;  ///< kForward: the user_id that the server is told
  /// kForward: another call of the session is setting it up on its server. Nothing is sent before the effect kResume of
  /// this ticket, which says what `replays` and the fields below are then.
  bool waits = false;
  bool replays = false;  ///< kForward: `replay` comes first, and its answer is given to ReplayDone
  ConfigPairs replay;    ///< to be set on the server (Config.Set, silent) before the call; may be empty with `replays`
  /// With `replays`, behind `replay`: each by a Config.Set of its own that is not silent. The first error answers the
  /// call in its place, once; the others are set all the same.
  ConfigPairs checked_replay;
  /// Not empty: the server_side_session_id that the gateway itself told this client, before the session had a server.
  /// PySpark refuses every answer that says another one (or none, the first time). So answers made here carry it, every
  /// forwarded response says it instead of the server's own, and the request's
  /// client_observed_server_side_session_id becomes `server_session`, or what ReplayDone was just given where that is
  /// empty. Empty: answers made here say none, forwarded messages stay as they are. (Both by appending the field: the
  /// last of a scalar counts.)
  std::string told_session;
  std::string server_session;         ///< kForward with told_session: the server's own, once it is known
  std::vector<std::string> warnings;  ///< kForward, kConfigKept of Config: added to ConfigResponse.warnings
  Refusal refusal;                    ///< kRefuse
  uint64_t ticket = 0;                ///< kForward: to be given to CallEnded exactly once
  std::string new_session_id;  ///< kForward of a CloneSession that names none: to be appended to the request, so that
                               ///< the gateway knows the new session
  Route route;                 ///< of the session, for audit
};

/// Why a call's forwarding ended.
enum class CallEnd : uint8_t { kDone, kServerLost, kClientGone };

/// How a call that waited for its session's set-up goes on.
struct Resumption {
  bool ended = false;                  ///< the session was ended meanwhile: the call is told SESSION_CHANGED
  bool replays = false;                ///< the set-up failed, it is this call's turn: as in its Decision from now on
  ConfigPairs replay, checked_replay;  ///< as in its Decision
  std::string server_session;          ///< as in its Decision
};

/// What is kept of a session for the gateway's next life. A value.
struct SavedSession {
  enum class State : uint8_t {
    kUnready,    ///< has no server yet, or was not set up on it: it cannot go on without what was forgotten
    kBound,      ///< lives on `server`
    kLost,       ///< the id stays closed for a while: SESSION_CHANGED
    kReleased,   ///< as kLost: SESSION_CLOSED
    kForgotten,  ///< nothing is kept of it any more
  };
  State state = State::kUnready;
  std::string user, id;
  bool anonymous = false;
  Route route;                       ///< empty: it has none yet
  std::chrono::microseconds age{0};  ///< since it got its server
  // Of kBound:
  Lifetimes lifetimes;
  ServerId server = 0;
  std::string told;            ///< the server-side id that the gateway told the client; empty: none
  std::string server_session;  ///< the server's own; empty: not known
};

/// What the world shall do. Taken by TakeEffects after every entry; order matters.
struct Effect {
  enum class Kind : uint8_t {
    kReleaseSession,
    kLaunch,
    kStop,
    kSessionCreated,
    kSessionEnded,
    kSave,    ///< `saved` takes the place of what was saved of the session
    kResume,  ///< the call of `ticket`, which waited
  };
  Kind kind;
  ServerId server = 0;     ///< kReleaseSession, kStop
  std::string servers;     ///< kLaunch: the pool's name
  Route route;             ///< kLaunch of a per-user pool: for whom; kSession…: whose
  std::string user;        ///< kReleaseSession: the user_id that the server knows
  std::string session_id;  ///< kReleaseSession, kSession…
  std::string reason;      ///< kSessionEnded: "released", "idle", "lifetime", "server lost", "ended by an operator"
  std::shared_ptr<const SavedSession> saved;     ///< kSave
  uint64_t ticket = 0;                           ///< kResume
  std::shared_ptr<const Resumption> resumption;  ///< kResume
};

/// One session as the status page shows it.
struct SessionView {
  std::string session_id;
  Route route;
  ServerId server = 0;
  std::string state;  ///< "draft", "bound", "lost"
  std::chrono::steady_clock::time_point created, last_call;
  int running = 0;
};

/// Sessions and where they live. Not thread-safe: the gateway holds one mutex around it; every entry takes
/// microseconds.
class Sessions {
 public:
  /// `seed` makes everything repeatable. Ids that the gateway makes up come from it: outside of tests it must be
  /// random.
  Sessions(std::shared_ptr<const GatewayConfig> config, const Clock& clock, uint64_t seed);
  ~Sessions();

  /// Before everything else: what an earlier life of the gateway has saved. A server that may still live gets no new
  /// sessions before ServerReady, and is as good as any server otherwise; sessions come after the servers.
  void RestoreServer(ServerId server, const std::string& servers);
  /// Those that cannot go on stay closed for as long as if they had been lost now.
  void RestoreSession(const SavedSession& saved);

  Decision OnCall(const Call& call);
  /// The replay of a decision was answered by the server: the session's later calls carry none. `server_session`: the
  /// answer's server_side_session_id; `warnings`: the answer's, for the client's next Config call.
  void ReplayDone(uint64_t ticket, const std::string& server_session, std::vector<std::string> warnings = {});
  /// `accepted`: whether the server answered with status OK.
  void CallEnded(uint64_t ticket, CallEnd end, bool accepted);

  /// A server that answered its probe. `servers`: its [servers.NAME]; `owner`: route.user of the kLaunch that started
  /// it, empty where that named none. Every kLaunch ends in one ServerReady of a new id or one LaunchFailed: a process
  /// that dies before it ever was ready is a failed launch.
  void ServerReady(ServerId server, const std::string& servers, const std::string& owner = {});
  /// Misses probes: gets no new sessions, keeps its own.
  void ServerUnreachable(ServerId server);
  /// Gone for good or started anew: its sessions are lost.
  void ServerLost(ServerId server);
  void Drain(ServerId server, bool drain);
  void LaunchFailed(const std::string& servers, const std::string& message, const std::string& owner = {});

  /// Operators' button. False where there is no such session.
  bool EndSession(const std::string& user, const std::string& session_id);
  /// Sessions that exist stay where they are, with the lifetimes that they began with.
  void Configure(std::shared_ptr<const GatewayConfig> config);
  /// Once a second or so: lifetimes, pools' refill and replacement.
  void Tick();
  std::vector<Effect> TakeEffects();
  std::vector<SessionView> List() const;
  /// Servers of pools that are too old for new sessions, and go when their last one has gone.
  std::set<ServerId> Retiring() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace firesteel::gateway
