#include "gateway/sessions/server_table.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace firesteel::gateway {
namespace {

constexpr size_t kRemembered = 10'000;  // removed ids

bool HasRoom(const Server& server, const ServersConfig& set, const Caller& caller) {
  if (!server.TakesNew()) return false;
  if (set.max_sessions > 0 && server.sessions.size() >= static_cast<size_t>(set.max_sessions)) return false;
  if (set.discovery != Discovery::kPool || !set.pool.per_user) return true;
  return !server.owner || *server.owner == caller;
}

}  // namespace

Server* ServerTable::Find(ServerId id) {
  const auto it = servers_.find(id);
  return it == servers_.end() ? nullptr : &it->second;
}

Server* ServerTable::Add(ServerId id, const std::string& servers, TimePoint now) {
  if (removed_.contains(id)) return nullptr;
  auto [it, is_new] = servers_.try_emplace(id);
  if (is_new) {
    it->second.id = id;
    it->second.servers = servers;
    it->second.ready_since = it->second.empty_since = now;
  }
  return &it->second;
}

std::optional<Server> ServerTable::Remove(ServerId id) {
  removed_.insert(id);
  if (removed_.size() > kRemembered) removed_.erase(removed_.begin());
  auto node = servers_.extract(id);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

Server* ServerTable::LeastLoaded(const ServersConfig& set, const Caller& caller, std::mt19937_64& random) {
  std::vector<Server*> best;
  // A user's own server goes before one that is nobody's yet.
  const auto load = [&](const Server& s) { return std::tuple(!s.owner, s.sessions.size(), s.running); };
  for (auto& [id, server] : servers_) {
    if (server.servers != set.name || !HasRoom(server, set, caller)) continue;
    if (!best.empty() && load(*best[0]) < load(server)) continue;
    if (!best.empty() && load(server) < load(*best[0])) best.clear();
    best.push_back(&server);
  }
  if (best.empty()) return nullptr;
  return best[random() % best.size()];
}

Server* ServerTable::Choose(const GatewayConfig& config, const std::vector<WeightedServers>& sets, const Caller& caller,
                            std::mt19937_64& random) {
  std::vector<const WeightedServers*> with_room;
  for (const WeightedServers& weighted : sets) {
    const ServersConfig* set = config.FindServers(weighted.servers);
    if (set == nullptr || weighted.weight <= 0) continue;
    const bool room = std::any_of(servers_.begin(), servers_.end(), [&](const auto& entry) {
      return entry.second.servers == set->name && HasRoom(entry.second, *set, caller);
    });
    if (room) with_room.push_back(&weighted);
  }
  const WeightedServers* drawn = DrawByWeight(with_room, random);
  return drawn == nullptr ? nullptr : LeastLoaded(*config.FindServers(drawn->servers), caller, random);
}

Server* ServerTable::AnyReady(const std::vector<WeightedServers>& sets) {
  for (auto& [id, server] : servers_) {
    if (!server.TakesNew()) continue;
    for (const WeightedServers& set : sets) {
      if (set.weight > 0 && set.servers == server.servers) return &server;
    }
  }
  return nullptr;
}

bool ServerTable::HasReady(const std::string& set) const {
  return std::any_of(servers_.begin(), servers_.end(),
                     [&](const auto& entry) { return entry.second.servers == set && entry.second.TakesNew(); });
}

std::optional<TimePoint> ServerTable::WithoutReadySince(const std::string& set, TimePoint now) {
  auto [it, is_new] = last_ready_.try_emplace(set, begun_);
  if (!HasReady(set)) return it->second;
  it->second = now;
  return std::nullopt;
}

const WeightedServers* DrawByWeight(const std::vector<const WeightedServers*>& sets, std::mt19937_64& random) {
  uint64_t total = 0;
  for (const WeightedServers* set : sets) total += set->weight > 0 ? static_cast<uint64_t>(set->weight) : 0;
  if (total == 0) return nullptr;
  uint64_t drawn = random() % total;
  for (const WeightedServers* set : sets) {
    if (set->weight <= 0) continue;
    if (drawn < static_cast<uint64_t>(set->weight)) return set;
    drawn -= static_cast<uint64_t>(set->weight);
  }
  return nullptr;
}

}  // namespace firesteel::gateway
