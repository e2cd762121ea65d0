#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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
    kPlanCompression,  ///< answer Config.Get with the keys' values that `server`'s probe learned; no session is made
    kRefuse,
  };
  Kind kind = Kind::kRefuse;
  ServerId server = 0;
  std::string user;    ///< kForward: the user_id that the server is told
  ConfigPairs replay;  ///< kForward: to be set on the server (Config.Set, silent) before the call; then ReplayDone
  std::vector<std::string> warnings;  ///< kForward, kConfigKept of Config: added to ConfigResponse.warnings
  Refusal refusal;                    ///< kRefuse
  uint64_t ticket = 0;                ///< kForward: to be given to CallEnded exactly once
  Route route;                        ///< of the session, for audit
};

/// Why a call's forwarding ended.
enum class CallEnd : uint8_t { kDone, kServerLost, kClientGone };

/// What the world shall do. Taken by TakeEffects after every entry; order matters.
struct Effect {
  enum class Kind : uint8_t { kReleaseSession, kLaunch, kStop, kSessionCreated, kSessionEnded };
  Kind kind;
  ServerId server = 0;     ///< kReleaseSession, kStop
  std::string servers;     ///< kLaunch: the pool's name
  Route route;             ///< kLaunch of a per-user pool: for whom; kSession…: whose
  std::string session_id;  ///< kReleaseSession, kSession…
  std::string reason;      ///< kSessionEnded: "released", "idle", "lifetime", "server lost", "ended by an operator"
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
  /// `seed` makes the choices among equals repeatable.
  Sessions(std::shared_ptr<const GatewayConfig> config, const Clock& clock, uint64_t seed);
  ~Sessions();

  Decision OnCall(const Call& call);
  /// The replay of a decision was answered by the server: the session's later calls carry none. `real_id`: the answer's
  /// server_side_session_id.
  void ReplayDone(uint64_t ticket, const std::string& real_id);
  /// `accepted`: whether the server answered with status OK.
  void CallEnded(uint64_t ticket, CallEnd end, bool accepted);

  /// A server that answered its probe. `servers`: its [servers.NAME]; `owner`: of a pool with per_user, once it is
  /// given out.
  void ServerReady(ServerId server, const std::string& servers);
  /// Misses probes: gets no new sessions, keeps its own.
  void ServerUnreachable(ServerId server);
  /// Gone for good or started anew: its sessions are lost.
  void ServerLost(ServerId server);
  void Drain(ServerId server, bool drain);
  void LaunchFailed(const std::string& servers, const std::string& message);

  /// Operators' button. False where there is no such session.
  bool EndSession(const std::string& user, const std::string& session_id);
  /// Sessions that exist stay where they are.
  void Configure(std::shared_ptr<const GatewayConfig> config);
  /// Once a second or so: lifetimes, pools' refill and replacement.
  void Tick();
  std::vector<Effect> TakeEffects();
  std::vector<SessionView> List() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace firesteel::gateway
