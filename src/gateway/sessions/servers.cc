#include <utility>

#include "gateway/sessions/state.h"

namespace firesteel::gateway {

Sessions::State::State(std::shared_ptr<const GatewayConfig> config, const Clock& clock, uint64_t seed)
    : config_(std::move(config)),
      clock_(clock),
      seed_(seed),
      random_(seed),
      servers_(clock.Steady()),
      pools_(servers_, effects_) {
  BalancePools();
}

const ServersConfig* Sessions::State::PoolOf(const std::string& servers) const {
  const ServersConfig* set = config_->FindServers(servers);
  return set != nullptr && set->discovery == Discovery::kPool ? set : nullptr;
}

void Sessions::State::BalancePools() {
  for (const ServersConfig& set : config_->servers) {
    if (set.discovery == Discovery::kPool) pools_.Balance(set, Now());
  }
}

void Sessions::State::ServerReady(ServerId id, const std::string& servers, const std::string& owner) {
  const bool is_new = servers_.Find(id) == nullptr;
  Server* server = servers_.Add(id, servers, Now());
  if (server == nullptr) return;  // was stopped meanwhile
  server->unreachable = false;
  if (!is_new) return;
  if (const ServersConfig* pool = PoolOf(servers)) pools_.Ready(*pool, *server, owner, Now());
}

void Sessions::State::ServerUnreachable(ServerId id) {
  Server* server = servers_.Find(id);
  if (server == nullptr || server->unreachable) return;
  server->unreachable = true;
  server->unreachable_since = Now();
  servers_.WithoutReadySince(server->servers, Now());
  if (const ServersConfig* pool = PoolOf(server->servers)) pools_.Balance(*pool, Now());
}

void Sessions::State::ServerLost(ServerId id) {
  auto server = servers_.Remove(id);
  if (!server) return;
  for (const auto& [serial, session] : server->sessions) {
    End(session, Session::State::kLost, "server lost", false);
  }
  if (const ServersConfig* pool = PoolOf(server->servers)) pools_.Balance(*pool, Now());
}

void Sessions::State::Drain(ServerId id, bool drain) {
  Server* server = servers_.Find(id);
  if (server == nullptr) return;
  server->draining = drain;
  if (const ServersConfig* pool = PoolOf(server->servers)) pools_.Balance(*pool, Now());
}

void Sessions::State::LaunchFailed(const std::string& servers, const std::string& message, const std::string& owner) {
  const auto told = pools_.LaunchFailed(servers, owner, Now());
  for (const auto& [key, session] : sessions_) {
    if (session->state != Session::State::kDraft || session->waits_for != servers) continue;
    for (const uint64_t serial : told) {
      if (serial != session->serial) continue;
      session->start_failure = "No server of the pool '" + servers + "' could be started: " + message;
    }
  }
}

void Sessions::State::Configure(std::shared_ptr<const GatewayConfig> config) {
  const std::shared_ptr<const GatewayConfig> before = std::exchange(config_, std::move(config));
  for (const ServersConfig& set : before->servers) {
    if (set.discovery == Discovery::kPool && PoolOf(set.name) == nullptr) pools_.Abandon(set);
  }
  for (const ServersConfig& set : config_->servers) {
    if (set.discovery == Discovery::kPool) pools_.TakeBack(set.name);
  }
  BalancePools();
}

std::set<ServerId> Sessions::State::Retiring() const {
  std::set<ServerId> retiring;
  for (const auto& [id, server] : servers_.all()) {
    if (server.retiring) retiring.insert(id);
  }
  return retiring;
}

std::vector<SessionView> Sessions::State::List() const {
  std::vector<SessionView> views;
  for (const auto& [key, session] : sessions_) {
    if (session->state == Session::State::kReleased) continue;
    const bool draft = session->state == Session::State::kDraft;
    views.push_back({.session_id = key.id,
                     .route = session->route,
                     .server = session->server,
                     .state = draft                                      ? "draft"
                              : session->state == Session::State::kBound ? "bound"
                                                                         : "lost",
                     .created = session->created,
                     .last_call = session->last_call,
                     .running = session->running});
    if (draft) views.back().route.user = key.caller.user;
  }
  return views;
}

}  // namespace firesteel::gateway
