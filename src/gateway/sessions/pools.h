#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/sessions/server_table.h"

namespace firesteel::gateway {

/// How many servers the pools should have: launches for sessions that wait, refills, replacements of old servers, and
/// the end of surplus ones. Not thread-safe.
class Pools {
 public:
  Pools(ServerTable& servers, std::vector<Effect>& effects) : servers_(servers), effects_(effects) {}

  /// A session found no server and will come again. The same session counts once, however often it comes.
  void Wait(const std::string& pool, const Session& session, const Route& route, TimePoint now);
  void StopWaiting(const Session& session);
  /// A server of a pool is ready for the first time.
  void Ready(const ServersConfig& set, Server& server, const std::string& owner, TimePoint now);
  /// Serials of the sessions that waited for it and have nothing more to wait for.
  std::vector<uint64_t> LaunchFailed(const std::string& pool, const std::string& owner, TimePoint now);
  /// Launches what is missing. Cheap; call it after everything that changes the need.
  void Balance(const ServersConfig& set, TimePoint now);
  /// Replaces, retires and stops. Then as Balance.
  void Tick(const ServersConfig& set, TimePoint now);
  /// The set is no pool any more: nothing is launched for it, and each of its servers is stopped by TickAbandoned once
  /// it has no session and no call.
  void Abandon(const ServersConfig& set);
  /// It is one again: its servers stay.
  void TakeBack(const std::string& pool);
  void TickAbandoned();
  /// The last session of a server has gone, or its last call after that.
  void Emptied(const ServersConfig& set, Server& server, TimePoint now);

  /// When a waiting client should come again: about when the oldest launch will be ready.
  Milliseconds RetryAfter(const std::string& pool, TimePoint now) const;
  /// Processes in all, also those on their way up or down.
  int Processes(const std::string& pool, TimePoint now);

 private:
  struct Launch {
    TimePoint since;
    std::optional<Caller> owner;
    std::string user;  ///< of its route
  };
  struct Waiting {
    Caller caller;
    Route route;
    TimePoint last_call;
  };
  struct Pool {
    std::deque<Launch> launches;
    std::map<uint64_t, Waiting> waiting;  ///< by the session's serial
    std::deque<TimePoint> stopping;       ///< when processes that were told to stop are gone for certain
    int failures = 0;                     ///< launches in a row
    TimePoint not_before;                 ///< of the next launch, after failures
    Milliseconds start{1000};             ///< how long the last launch took
  };

  std::optional<Launch> TakeLaunch(Pool& pool, const std::string& owner);
  void Begin(const ServersConfig& set, Pool& pool, const std::optional<Caller>& owner, const Route& route,
             TimePoint now);
  void Stop(const ServersConfig& set, ServerId server, TimePoint now);
  void Retire(const ServersConfig& set, TimePoint now);
  int WarmServers(const std::string& set);
  int UnownedLaunches(const Pool& pool) const;
  int LaunchForOwners(const ServersConfig& set, Pool& pool, int room, TimePoint now);
  int ServersForWaiting(const ServersConfig& set, const Pool& pool);

  ServerTable& servers_;
  std::vector<Effect>& effects_;
  std::map<std::string, Pool> pools_;
  std::map<ServerId, std::string> abandoned_;  ///< and the pools that they were of
};

}  // namespace firesteel::gateway
