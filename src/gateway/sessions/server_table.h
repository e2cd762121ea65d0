#pragma once

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gateway/sessions/session.h"

namespace firesteel::gateway {

struct Server {
  ServerId id = 0;
  std::string servers;  ///< its [servers.NAME]
  bool unreachable = false;
  bool draining = false;        ///< an operator's wish
  bool retiring = false;        ///< too old for new sessions (pools)
  bool being_replaced = false;  ///< too old, and waits for its replacement (pools)
  std::optional<Caller> owner;  ///< of a pool with per_user: whom it belongs to, once given out
  TimePoint ready_since, empty_since, unreachable_since;
  int running = 0;                          ///< calls on their way
  std::map<uint64_t, SessionPtr> sessions;  ///< by serial

  bool TakesNew() const { return !unreachable && !draining && !retiring; }
};

/// The servers that answer, or did. Not thread-safe. Linear in the number of servers: a gateway has tens, and looks
/// only when a session begins.
class ServerTable {
 public:
  explicit ServerTable(TimePoint now) : begun_(now) {}

  Server* Find(ServerId id);
  /// Null for one that was removed before: ids are not used twice.
  Server* Add(ServerId id, const std::string& servers, TimePoint now);
  /// The server as it was; its sessions are the caller's to end.
  std::optional<Server> Remove(ServerId id);
  std::map<ServerId, Server>& all() { return servers_; }
  const std::map<ServerId, Server>& all() const { return servers_; }

  /// Where a new session of `caller` goes: a set by weight among those that have room, and its least-loaded server (by
  /// sessions, then calls; equals are drawn). Null: nowhere now.
  Server* Choose(const GatewayConfig& config, const std::vector<WeightedServers>& sets, const Caller& caller,
                 std::mt19937_64& random);
  /// Any that takes new sessions, of any of the sets. Null: none.
  Server* AnyReady(const std::vector<WeightedServers>& sets);
  bool HasReady(const std::string& set) const;
  /// Since when the set has had no server that takes new sessions, as of `now`. Ask at least as often as Tick.
  std::optional<TimePoint> WithoutReadySince(const std::string& set, TimePoint now);

 private:
  Server* LeastLoaded(const ServersConfig& set, const Caller& caller, std::mt19937_64& random);

  std::map<ServerId, Server> servers_;
  std::set<ServerId> removed_;
  std::map<std::string, TimePoint> last_ready_;
  TimePoint begun_;
};

/// One of them by weight; null where no weight is above 0.
const WeightedServers* DrawByWeight(const std::vector<const WeightedServers*>& sets, std::mt19937_64& random);

}  // namespace firesteel::gateway
