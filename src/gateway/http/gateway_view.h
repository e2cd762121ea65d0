#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gateway/proxy/control.h"
#include "gateway/sessions/sessions.h"

/// What the pages show, taken at one moment: plain values.
namespace firesteel::gateway {

struct ServerRow {
  ServerId id = 0;
  std::string set;      ///< its [servers.NAME]
  std::string address;  ///< "host:port"
  std::string state;    ///< "ready", "unreachable", "draining", "retiring"
  int sessions = 0;
  int running = 0;  ///< calls on their way
};

/// A [servers.NAME.pool].
struct PoolRow {
  std::string name;
  int warm = 0;       ///< how many free servers it is to keep
  int most = 0;       ///< processes
  int servers = 0;    ///< that have answered their probe
  int free = 0;       ///< of them, ready and without a session
  int launching = 0;  ///< started, not yet ready
};

struct SessionRow {
  std::string id;
  Route route;
  std::string state;                                 ///< "draft", "bound", "lost"
  ServerId server = 0;                               ///< 0: none
  std::string server_set, server_address;            ///< empty: none, or gone
  int64_t created_micros = 0, last_call_micros = 0;  ///< since 1970
  int running = 0;
};

struct GatewayView {
  int64_t now_micros = 0;
  std::vector<ServerRow> servers;    ///< by set, then address
  std::vector<PoolRow> pools;        ///< in the order of the configuration
  std::vector<SessionRow> sessions;  ///< the latest first
};

/// What Control knows.
struct GatewayState {
  std::vector<ServerEntryPtr> servers;
  std::set<ServerId> draining;           ///< by an operator's wish, or as they are no longer listed
  std::set<ServerId> retiring;           ///< of pools, too old for new sessions
  std::map<std::string, int> launching;  ///< by pool
  std::vector<SessionView> sessions;
};

/// Without `sessions` there are none in it, which spares copies of thousands.
GatewayState TakeState(const Control& control, bool sessions);

/// A ServerRow's state.
std::string StateOf(const ServerEntry& entry, const GatewayState& state);

GatewayView MakeView(const GatewayConfig& config, const GatewayState& state, const Clock& clock);

/// Whether a new session may find a server.
bool IsAnyServerReady(const GatewayState& state);

/// Only sessions of `user`, or of all with `everybody`; `search` finds parts of users' names, teams, environments,
/// namespaces and session ids, without regard to ASCII case. Empty: all.
std::vector<SessionRow> SelectSessions(std::vector<SessionRow> sessions, bool everybody, const std::string& user,
                                       const std::string& search);

}  // namespace firesteel::gateway
