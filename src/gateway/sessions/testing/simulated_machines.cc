#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/sessions/testing/simulated_gateway.h"

// Servers and the gateway's process: how they come, go, fall silent, and what the decisions want of them.
namespace firesteel::gateway::simulation {

using std::chrono::milliseconds;
void SimulatedGateway::AddServer(const std::string& set) {
  const ServerId id = ++last_server_;
  servers_[id] = std::make_unique<SimulatedServer>(world_, runs_, id, set);
  saved_servers_.insert(id);
  sessions_->ServerReady(id, set);
  RunEffects();
}

void SimulatedGateway::Kill(ServerId id) {
  SimulatedServer& server = *servers_.at(id);
  if (server.dead) return;
  world_.Trace([&] { return "server " + std::to_string(id) + " of " + server.set + " is killed"; });
  server.dead = true;
  world_.After(world_.Between(10, 1500), [=, this] { Lost(id); });
  if (config_->FindServers(server.set)->discovery == Discovery::kPool) return;
  const std::string set = server.set;
  world_.After(world_.Between(1500, 10'000), [=, this] { AddServer(set); });
}

void SimulatedGateway::Lost(ServerId id) {
  saved_servers_.erase(id);
  sessions_->ServerLost(id);
  RunEffects();
  std::vector<ForwardedPtr> calls;
  for (const auto& [number, call] : forwards_) {
    if (call->decision.server == id) calls.push_back(call);
  }
  for (const ForwardedPtr& call : calls) Finish(call, SessionChanged(), CallEnd::kServerLost);
}

void SimulatedGateway::Freeze(ServerId id, int64_t milliseconds) {
  SimulatedServer& server = *servers_.at(id);
  if (server.dead || server.frozen) return;
  world_.Trace([&] { return "server " + std::to_string(id) + " is frozen"; });
  server.frozen = true;
  const int64_t noticed = world_.Between(5000, 15'000);
  world_.After(noticed, [=, this] {
    if (servers_.at(id)->frozen) sessions_->ServerUnreachable(id);
    RunEffects();
  });
  world_.After(milliseconds, [=, this] {
    SimulatedServer& thawed = *servers_.at(id);
    thawed.frozen = false;
    if (thawed.dead) return;
    sessions_->ServerReady(id, thawed.set);
    RunEffects();
    for (const auto& action : std::exchange(thawed.when_thawed, {})) action();
  });
}

void SimulatedGateway::EndSomeSession() {
  auto all = sessions_->List();
  if (all.empty()) return;
  const SessionView& view = all[world_.Random() % all.size()];
  sessions_->EndSession(view.route.user, view.session_id);
  had_server_.insert(view.session_id);
  RunEffects();
}

void SimulatedGateway::Restart() {
  world_.Trace([] { return std::string("the gateway starts anew"); });
  ++life_;
  launching_.clear();
  stopping_.clear();
  auto calls = std::exchange(forwards_, {});
  sessions_ = std::make_unique<Sessions>(config_, world_.clock(), world_.Random());
  if (keeps_state_) Restore();
  for (auto& [id, server] : servers_) {
    if (server->dead) continue;
    if (config_->FindServers(server->set)->discovery == Discovery::kPool) {
      server->dead = true;
    } else if (!keeps_state_) {
      sessions_->ServerReady(id, server->set);
    } else {
      // When it has answered the first probe of this life.
      world_.After(world_.Between(1, 500), [=, this, id = id, life = life_] {
        SimulatedServer& probed = *servers_.at(id);
        if (probed.dead || probed.frozen || life != life_) return;
        sessions_->ServerReady(id, probed.set);
        RunEffects();
      });
    }
  }
  RunEffects();
  for (const auto& [number, call] : calls) call->reply(Broken(call->request));
}

void SimulatedGateway::Restore() {
  for (const ServerId id : saved_servers_) sessions_->RestoreServer(id, servers_.at(id)->set);
  std::vector<SavedSession> saved;
  for (const auto& [key, session] : saved_) {
    saved.push_back(session);
    saved.back().age += milliseconds(world_.Now() - saved_at_[key]);
  }
  std::sort(saved.begin(), saved.end(), [](const auto& a, const auto& b) { return a.age > b.age; });
  for (const SavedSession& session : saved) sessions_->RestoreSession(session);
}

void SimulatedGateway::Tick() {
  sessions_->Tick();
  RunEffects();
}

void SimulatedGateway::RunEffects() {
  for (const Effect& effect : sessions_->TakeEffects()) {
    switch (effect.kind) {
      case Effect::Kind::kReleaseSession:
        servers_.at(effect.server)->Release(effect.user, effect.session_id);
        break;
      case Effect::Kind::kLaunch:
        Launch(effect);
        break;
      case Effect::Kind::kStop: {
        SimulatedServer& server = *servers_.at(effect.server);
        world_.Trace([&] { return "server " + std::to_string(effect.server) + " is stopped"; });
        server.dead = true;
        for (const auto& [number, call] : forwards_) {
          if (call->decision.server == effect.server) world_.Fail("a server is stopped under a call");
        }
        ++stopping_[server.set];
        const auto grace = config_->FindServers(server.set)->pool.stop_grace.count();
        world_.After(world_.Between(0, grace), [=, this, life = life_, set = server.set] {
          if (life == life_) --stopping_[set];
        });
        break;
      }
      case Effect::Kind::kResume:
        Resume(effect);
        break;
      case Effect::Kind::kSave: {
        const std::pair key(effect.saved->user, effect.saved->id);
        if (effect.saved->state == SavedSession::State::kForgotten) {
          saved_.erase(key);
        } else {
          saved_[key] = *effect.saved;
          saved_at_[key] = world_.Now();
        }
        break;
      }
      case Effect::Kind::kSessionEnded:
        if (effect.reason == "server lost") ++lost_sessions_;
        break;
      case Effect::Kind::kSessionCreated:
        had_server_.insert(effect.session_id);
        break;
    }
  }
}

void SimulatedGateway::Launch(const Effect& effect) {
  ++launching_[effect.servers];
  CountProcesses(effect.servers);
  const std::string set = effect.servers;
  const std::string owner = effect.route.user;
  const bool fails = world_.Chance(weather_.launch_fails);
  world_.After(world_.Between(200, 6000), [=, this, life = life_] {
    if (life != life_) return;
    --launching_[set];
    if (fails) {
      sessions_->LaunchFailed(set, "exit status 1", owner);
    } else {
      const ServerId id = ++last_server_;
      servers_[id] = std::make_unique<SimulatedServer>(world_, runs_, id, set);
      servers_[id]->launched_for = owner;
      sessions_->ServerReady(id, set, owner);
    }
    RunEffects();
  });
}

void SimulatedGateway::CountProcesses(const std::string& pool) {
  int processes = launching_[pool] + stopping_[pool];
  for (const auto& [id, server] : servers_) processes += server->set == pool && !server->dead ? 1 : 0;
  const int most = config_->FindServers(pool)->pool.most;
  if (processes > most) {
    world_.Fail("the pool " + pool + " has " + std::to_string(processes) + " processes, but may have " +
                std::to_string(most));
  }
}

}  // namespace firesteel::gateway::simulation
