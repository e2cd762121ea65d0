#include "gateway/sessions/pools.h"

#include <algorithm>
#include <set>
#include <utility>

namespace firesteel::gateway {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Clients wait a minute at most between two tries: who has not come for longer will not come again.
constexpr seconds kWaitsNoLonger{75};
// An unused server beyond `warm` stays for the next burst this long.
constexpr seconds kSurplus{300};
// A server without sessions that does not answer is of no use.
constexpr seconds kUnreachable{60};
constexpr seconds kLongestBackoff{60};

bool IsEmptyAndReady(const Server& server) { return server.TakesNew() && server.sessions.empty(); }

}  // namespace

void Pools::Wait(const std::string& pool, const Session& session, const Route& route, TimePoint now) {
  pools_[pool].waiting[session.serial] = {session.key.caller, route, now};
}

void Pools::StopWaiting(const Session& session) {
  if (session.waits_for.empty()) return;
  const auto it = pools_.find(session.waits_for);
  if (it != pools_.end()) it->second.waiting.erase(session.serial);
}

std::optional<Pools::Launch> Pools::TakeLaunch(Pool& pool, const std::string& owner) {
  auto it = std::find_if(pool.launches.begin(), pool.launches.end(), [&](const Launch& l) { return l.user == owner; });
  if (it == pool.launches.end()) it = pool.launches.begin();
  if (it == pool.launches.end()) return std::nullopt;
  Launch launch = *it;
  pool.launches.erase(it);
  return launch;
}

void Pools::Ready(const ServersConfig& set, Server& server, const std::string& owner, TimePoint now) {
  Pool& pool = pools_[set.name];
  if (const auto launch = TakeLaunch(pool, owner)) {
    pool.start = duration_cast<milliseconds>(now - launch->since);
    if (launch->user == owner) server.owner = launch->owner;
  }
  pool.failures = 0;
  pool.not_before = {};
  Retire(set, now);
  Balance(set, now);
}

std::vector<uint64_t> Pools::LaunchFailed(const std::string& name, const std::string& owner, TimePoint now) {
  Pool& pool = pools_[name];
  const auto launch = TakeLaunch(pool, owner);
  pool.failures = std::min(pool.failures + 1, 10);
  pool.not_before = now + std::min<seconds>(kLongestBackoff, seconds(1 << (pool.failures - 1)));
  std::vector<uint64_t> told;
  for (const auto& [serial, waiting] : pool.waiting) {
    const bool its_own = launch && launch->owner && *launch->owner == waiting.caller;
    if (its_own || pool.launches.empty()) told.push_back(serial);
  }
  for (const uint64_t serial : told) pool.waiting.erase(serial);
  return told;
}

int Pools::Processes(const std::string& name, TimePoint now) {
  Pool& pool = pools_[name];
  std::erase_if(pool.stopping, [&](TimePoint gone) { return gone <= now; });
  const auto& all = servers_.all();
  return static_cast<int>(pool.launches.size() + pool.stopping.size() +
                          static_cast<size_t>(std::count_if(all.begin(), all.end(), [&](const auto& entry) {
                            return entry.second.servers == name;
                          })));
}

int Pools::WarmServers(const std::string& name) {
  const auto& all = servers_.all();
  return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const auto& entry) {
    const Server& server = entry.second;
    return server.servers == name && !server.owner && !server.being_replaced && IsEmptyAndReady(server);
  }));
}

void Pools::Begin(const ServersConfig& set, Pool& pool, const std::optional<Caller>& owner, const Route& route,
                  TimePoint now) {
  pool.launches.push_back({now, owner, route.user});
  effects_.push_back({.kind = Effect::Kind::kLaunch, .servers = set.name, .route = route});
}

int Pools::UnownedLaunches(const Pool& pool) const {
  return static_cast<int>(
      std::count_if(pool.launches.begin(), pool.launches.end(), [](const Launch& l) { return !l.owner; }));
}

int Pools::LaunchForOwners(const ServersConfig& set, Pool& pool, int room, TimePoint now) {
  std::set<Caller> served;
  for (const Launch& launch : pool.launches) {
    if (launch.owner) served.insert(*launch.owner);
  }
  for (const auto& [id, server] : servers_.all()) {
    const bool room = set.max_sessions <= 0 || server.sessions.size() < static_cast<size_t>(set.max_sessions);
    if (server.servers == set.name && server.owner && server.TakesNew() && room) served.insert(*server.owner);
  }
  int spare = WarmServers(set.name) + UnownedLaunches(pool);
  int launched = 0;
  for (const auto& [serial, waiting] : pool.waiting) {
    if (!served.insert(waiting.caller).second || --spare >= 0) continue;
    if (launched == room) break;
    Begin(set, pool, waiting.caller, waiting.route, now);
    ++launched;
  }
  return launched;
}

int Pools::ServersForWaiting(const ServersConfig& set, const Pool& pool) {
  if (set.pool.per_user) return 0;
  int64_t waiting = static_cast<int64_t>(pool.waiting.size());
  for (const auto& [id, server] : servers_.all()) {
    if (server.servers != set.name || !server.TakesNew() || server.sessions.empty()) continue;
    if (set.max_sessions <= 0) return 0;
    waiting -= set.max_sessions - static_cast<int64_t>(server.sessions.size());
  }
  if (waiting <= 0) return 0;
  return set.max_sessions <= 0 ? 1 : static_cast<int>((waiting + set.max_sessions - 1) / set.max_sessions);
}

void Pools::Balance(const ServersConfig& set, TimePoint now) {
  Pool& pool = pools_[set.name];
  int room = set.pool.most - Processes(set.name, now);
  if (room <= 0 || now < pool.not_before) return;
  if (set.pool.per_user) room -= LaunchForOwners(set, pool, room, now);
  // A server that is being replaced is not counted as warm, which is what launches its replacement.
  int missing = ServersForWaiting(set, pool) + set.pool.warm - WarmServers(set.name) - UnownedLaunches(pool);
  for (; missing > 0 && room > 0; --missing, --room) Begin(set, pool, std::nullopt, {}, now);
}

void Pools::Stop(const ServersConfig& set, ServerId server, TimePoint now) {
  servers_.Remove(server);
  pools_[set.name].stopping.push_back(now + set.pool.stop_grace + seconds(1));
  effects_.push_back({.kind = Effect::Kind::kStop, .server = server, .servers = set.name});
}

void Pools::Retire(const ServersConfig& set, TimePoint now) {
  // One at a time, each once another server can take its place, so that the pool is never without a ready one.
  Server* oldest = nullptr;
  for (auto& [id, server] : servers_.all()) {
    if (server.servers != set.name || server.retiring || now - server.ready_since < set.pool.time_to_live) continue;
    if (server.being_replaced) {
      oldest = &server;
      break;
    }
    if (oldest == nullptr) oldest = &server;
  }
  if (oldest == nullptr) return;
  oldest->being_replaced = true;
  const bool replaced = WarmServers(set.name) >= set.pool.warm;
  const bool no_room = Processes(set.name, now) >= set.pool.most && pools_[set.name].launches.empty();
  // An owner's server is replaced by the owner's next one, when there is need.
  if (replaced || no_room || oldest->owner) {
    oldest->being_replaced = false;
    oldest->retiring = true;
  }
}

void Pools::Emptied(const ServersConfig& set, Server& server, TimePoint now) {
  server.empty_since = now;
  if (server.owner) server.retiring = true;
  if (server.retiring && server.running == 0) Stop(set, server.id, now);
  Balance(set, now);
}

void Pools::Tick(const ServersConfig& set, TimePoint now) {
  std::erase_if(pools_[set.name].waiting,
                [&](const auto& entry) { return now - entry.second.last_call > kWaitsNoLonger; });
  Retire(set, now);
  std::vector<ServerId> useless;
  int surplus = WarmServers(set.name) - set.pool.warm;
  for (const auto& [id, server] : servers_.all()) {
    if (server.servers != set.name || !server.sessions.empty() || server.running > 0) continue;
    const bool unused = server.owner && now - server.empty_since > kSurplus;
    const bool silent = server.unreachable && now - server.unreachable_since > kUnreachable;
    const bool too_many = surplus > 0 && !server.owner && !server.being_replaced && IsEmptyAndReady(server) &&
                          now - server.empty_since > kSurplus;
    if (too_many) --surplus;
    if (server.retiring || unused || silent || too_many) useless.push_back(id);
  }
  for (const ServerId id : useless) Stop(set, id, now);
  Balance(set, now);
}

void Pools::Abandon(const ServersConfig& set) {
  pools_.erase(set.name);
  for (const auto& [id, server] : servers_.all()) {
    if (server.servers == set.name) abandoned_.emplace(id, set.name);
  }
}

void Pools::TakeBack(const std::string& pool) {
  std::erase_if(abandoned_, [&](const auto& entry) { return entry.second == pool; });
}

void Pools::TickAbandoned() {
  std::erase_if(abandoned_, [&](const auto& entry) {
    const Server* server = servers_.Find(entry.first);
    if (server == nullptr) return true;
    if (!server->sessions.empty() || server->running > 0) return false;
    servers_.Remove(entry.first);
    effects_.push_back({.kind = Effect::Kind::kStop, .server = entry.first, .servers = entry.second});
    return true;
  });
}

Milliseconds Pools::RetryAfter(const std::string& name, TimePoint now) const {
  constexpr milliseconds kLeast{250};
  constexpr milliseconds kMost{5000};
  const auto it = pools_.find(name);
  if (it == pools_.end() || it->second.launches.empty()) return std::chrono::seconds(1);
  const milliseconds passed = duration_cast<milliseconds>(now - it->second.launches.front().since);
  // A tenth more than it took last time: a client that comes too early waits four times longer the next time.
  const milliseconds left = it->second.start + it->second.start / 10 - passed;
  if (left <= milliseconds(0)) return std::clamp<milliseconds>(passed / 4, kLeast, seconds(1));
  return std::clamp(left, kLeast, kMost);
}

}  // namespace firesteel::gateway
