#include "gateway/http/gateway_view.h"

#include <algorithm>
#include <tuple>

#include "base/ascii_case.h"

namespace firesteel::gateway {
namespace {

/// Sessions count on the clock that never goes back; people read the other one.
int64_t WallMicros(std::chrono::steady_clock::time_point time, const Clock& clock) {
  const auto ago = std::chrono::duration_cast<std::chrono::microseconds>(clock.Steady() - time);
  return clock.NowMicros() - ago.count();
}

void CountSessions(const std::vector<SessionView>& sessions, std::vector<ServerRow>* servers) {
  std::map<ServerId, ServerRow*> by_id;
  for (ServerRow& row : *servers) by_id[row.id] = &row;
  for (const SessionView& session : sessions) {
    const auto found = by_id.find(session.server);
    if (session.state != "bound" || found == by_id.end()) continue;
    ++found->second->sessions;
    found->second->running += session.running;
  }
}

std::vector<PoolRow> Pools(const GatewayConfig& config, const GatewayState& state,
                           const std::vector<ServerRow>& servers) {
  std::vector<PoolRow> pools;
  for (const ServersConfig& set : config.servers) {
    if (set.discovery != Discovery::kPool) continue;
    PoolRow pool{.name = set.name, .warm = set.pool.warm, .most = set.pool.most};
    for (const ServerRow& server : servers) {
      if (server.set != set.name) continue;
      ++pool.servers;
      if (server.state == "ready" && server.sessions == 0) ++pool.free;
    }
    const auto launching = state.launching.find(set.name);
    if (launching != state.launching.end()) pool.launching = launching->second;
    pools.push_back(std::move(pool));
  }
  return pools;
}

bool Has(std::string_view text, const std::string& lower_part) {
  return AsciiLower(text).find(lower_part) != std::string::npos;
}

}  // namespace

GatewayState TakeState(const Control& control, bool sessions) {
  return {.servers = control.Servers(),
          .draining = control.Draining(),
          .retiring = control.Retiring(),
          .launching = control.Launching(),
          .sessions = sessions ? control.Sessions() : std::vector<SessionView>()};
}

std::string StateOf(const ServerEntry& entry, const GatewayState& state) {
  if (!*entry.reachable) return "unreachable";
  if (state.draining.contains(entry.id)) return "draining";
  return state.retiring.contains(entry.id) ? "retiring" : "ready";
}

GatewayView MakeView(const GatewayConfig& config, const GatewayState& state, const Clock& clock) {
  GatewayView view;
  view.now_micros = clock.NowMicros();
  std::map<ServerId, const ServerEntry*> entries;
  for (const ServerEntryPtr& entry : state.servers) {
    entries[entry->id] = entry.get();
    view.servers.push_back(
        {.id = entry->id, .set = entry->address.servers, .address = entry->Text(), .state = StateOf(*entry, state)});
  }
  std::sort(view.servers.begin(), view.servers.end(), [](const ServerRow& a, const ServerRow& b) {
    return std::tie(a.set, a.address, a.id) < std::tie(b.set, b.address, b.id);
  });
  CountSessions(state.sessions, &view.servers);
  view.pools = Pools(config, state, view.servers);
  for (const SessionView& session : state.sessions) {
    SessionRow row{.id = session.session_id,
                   .route = session.route,
                   .state = session.state,
                   .server = session.server,
                   .created_micros = WallMicros(session.created, clock),
                   .last_call_micros = WallMicros(session.last_call, clock),
                   .running = session.running};
    if (const auto entry = entries.find(session.server); entry != entries.end()) {
      row.server_set = entry->second->address.servers;
      row.server_address = entry->second->Text();
    }
    view.sessions.push_back(std::move(row));
  }
  std::stable_sort(view.sessions.begin(), view.sessions.end(),
                   [](const SessionRow& a, const SessionRow& b) { return a.created_micros > b.created_micros; });
  return view;
}

bool IsAnyServerReady(const GatewayState& state) {
  return std::any_of(state.servers.begin(), state.servers.end(),
                     [&](const ServerEntryPtr& entry) { return StateOf(*entry, state) == "ready"; });
}

std::vector<SessionRow> SelectSessions(std::vector<SessionRow> sessions, bool everybody, const std::string& user,
                                       const std::string& search) {
  const std::string part = AsciiLower(search);
  std::erase_if(sessions, [&](const SessionRow& row) {
    if (!everybody && row.route.user != user) return true;
    return !Has(row.id, part) && !Has(row.route.user, part) && !Has(row.route.team, part) &&
           !Has(row.route.environment, part) && !Has(row.route.namespace_name, part);
  });
  return sessions;
}

}  // namespace firesteel::gateway
