#include "gateway/sessions/testing/simulation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "gateway/sessions/testing/simulated_client.h"

namespace firesteel::gateway::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int64_t kSecond = 1000;
// Misfortunes end then, and the clients some time later.
constexpr int64_t kTroubles = 300 * kSecond;
constexpr int64_t kEverybodyLeft = 3600 * kSecond;

class Scene {
 public:
  Scene(uint64_t seed, std::vector<std::string>* trace);
  Report Run();

 private:
  GatewayConfig MakeConfig();
  void AddPool(GatewayConfig& config, const std::string& name, bool per_user);
  Plan MakePlan(int user);
  void Misfortune();
  void Tick();
  void CheckNothingIsLeft();

  World world_;
  Runs runs_;
  bool restarts_ = false;
  bool keeps_state_ = false;  ///< over restarts
  std::shared_ptr<const GatewayConfig> config_;
  Weather weather_;
  std::unique_ptr<SimulatedGateway> gateway_;
  std::vector<std::unique_ptr<SimulatedClient>> clients_;
  int64_t begun_ = 0;
};

Scene::Scene(uint64_t seed, std::vector<std::string>* trace) : world_(seed, trace), begun_(world_.Now()) {
  restarts_ = world_.Chance(0.2);
  keeps_state_ = restarts_ && world_.Chance(0.5);
  config_ = std::make_shared<GatewayConfig>(MakeConfig());
  if (world_.Chance(0.8)) {
    weather_.client_loss = weather_.server_loss = 0.05 * static_cast<double>(world_.Between(0, 3));
    weather_.slow = 0.05;
    weather_.launch_fails = world_.Chance(0.1) ? 1.0 : 0.1 * static_cast<double>(world_.Between(0, 3));
  }
  gateway_ = std::make_unique<SimulatedGateway>(world_, runs_, config_, weather_, keeps_state_);
  for (const ServersConfig& set : config_->servers) {
    const int64_t servers = set.discovery == Discovery::kStatic ? world_.Between(1, 3) : 0;
    for (int64_t i = 0; i < servers; ++i) {
      world_.After(world_.Between(0, 3000), [this, name = set.name] { gateway_->AddServer(name); });
    }
  }
  const int64_t clients = world_.Between(2, 16);
  for (int i = 0; i < clients; ++i) {
    clients_.push_back(std::make_unique<SimulatedClient>(world_, *gateway_, runs_, i, MakePlan(i / 2)));
    world_.After(world_.Between(0, 60 * kSecond), [this, i] { clients_[static_cast<size_t>(i)]->Start(); });
  }
}

void Scene::AddPool(GatewayConfig& config, const std::string& name, bool per_user) {
  ServersConfig set;
  set.name = name;
  set.discovery = Discovery::kPool;
  set.max_sessions = world_.Chance(0.5) ? 0 : static_cast<int>(world_.Between(1, 4));
  set.pool.per_user = per_user;
  set.pool.warm = static_cast<int>(world_.Between(0, 2));
  set.pool.most = static_cast<int>(world_.Between(2, 8));
  set.pool.start_timeout = seconds(20);
  set.pool.time_to_live = world_.Chance(0.3) ? seconds(world_.Between(30, 300)) : std::chrono::hours(24);
  set.pool.stop_grace = seconds(5);
  config.servers.push_back(set);
}

GatewayConfig Scene::MakeConfig() {
  GatewayConfig config;
  for (const char* name : {"static-prod", "static-ml"}) {
    ServersConfig set;
    set.name = name;
    config.servers.push_back(set);
  }
  AddPool(config, "pool-prod", false);
  AddPool(config, "pool-own", true);

  Lifetimes lifetimes;
  if (world_.Chance(0.3)) lifetimes.idle = seconds(world_.Between(5, 120));
  if (world_.Chance(0.3)) lifetimes.lifetime = seconds(world_.Between(30, 300));
  Environment prod{.name = "prod", .session_config = {{"spark.env", "prod"}}, .lifetimes = lifetimes};
  prod.servers = {{"static-prod", static_cast<int>(world_.Between(0, 2))}, {"pool-prod", 1}};
  Environment test{.name = "test", .session_config = {{"spark.env", "test"}}, .lifetimes = lifetimes};
  test.servers = {{"pool-own", 1}};
  config.environments = {prod, test};
  config.routing.default_environment = "prod";
  config.routing.rules = {{.team = "ml", .servers = {{"static-ml", 1}}}};

  if (world_.Chance(0.2)) config.quotas.user.requests_per_second = static_cast<int>(world_.Between(2, 10));
  if (world_.Chance(0.2)) config.quotas.team.operations = static_cast<int>(world_.Between(1, 4));
  if (world_.Chance(0.1)) config.quotas.user.sessions = static_cast<int>(world_.Between(1, 4));
  return config;
}

/// Users have a team and an environment of their own, so that the sessions of one belong together.
Plan Scene::MakePlan(int user) {
  Plan plan;
  auto identity = std::make_shared<Identity>();
  plan.user = "user" + std::to_string(user);
  if (user % 4 != 3) {
    identity->method = Identity::Method::kToken;
    identity->user = plan.user;
    plan.second_sessions = !restarts_ || keeps_state_;  // a new gateway may not know the first ones
  }
  plan.identity = identity;
  plan.team = user % 3 == 0 ? "ml" : "web";
  plan.environment = user % 3 == 1 ? "test" : "prod";
  plan.allowed = plan.team == "ml"            ? std::vector<std::string>{"static-ml"}
                 : plan.environment == "test" ? std::vector<std::string>{"pool-own"}
                                              : std::vector<std::string>{"static-prod", "pool-prod"};
  plan.by_metadata = world_.Chance(0.3);
  plan.key_by_key = world_.Chance(0.3);
  // A new gateway cannot know a clone that its client has not used yet.
  plan.clones = !restarts_ && world_.Chance(0.3);
  plan.impatient = world_.Chance(0.3);
  plan.old = plan.by_metadata && world_.Chance(0.3);
  plan.never_executes = world_.Chance(0.1);
  plan.stops = world_.Chance(0.7);
  plan.statements = static_cast<int>(world_.Between(1, 12));
  plan.longest_pause = world_.Chance(0.2) ? 60 * kSecond : world_.Between(10, 5000);
  return plan;
}

void Scene::Misfortune() {
  if (world_.Now() - begun_ > kTroubles) return;
  world_.After(world_.Between(1, 40 * kSecond), [this] { Misfortune(); });
  std::vector<ServerId> alive;
  for (const auto& [id, server] : gateway_->servers()) {
    if (!server->dead) alive.push_back(id);
  }
  if (restarts_ && world_.Chance(0.15)) return gateway_->Restart();
  if (world_.Chance(0.05)) return gateway_->EndSomeSession();
  if (alive.empty()) return;
  const ServerId id = alive[world_.Random() % alive.size()];
  switch (world_.Random() % 4) {
    case 0:
    case 1:
      return gateway_->Kill(id);
    case 2:
      return gateway_->Freeze(id, world_.Between(1000, 40'000));
    default:
      gateway_->Drain(id, true);
      world_.After(world_.Between(1000, 30'000), [this, id] { gateway_->Drain(id, false); });
  }
}

void Scene::Tick() {
  gateway_->Tick();
  const bool quiet = world_.Now() - begun_ > 2 * kTroubles;
  world_.After(quiet ? 10 * kSecond : kSecond, [this] { Tick(); });
}

void Scene::CheckNothingIsLeft() {
  if (gateway_->calls_on_their_way() > 0) world_.Fail("calls are left on their way");
  for (const SessionView& session : gateway_->sessions().List()) {
    if (session.state != "lost") world_.Fail("the session " + session.session_id + " is left as " + session.state);
    if (session.running != 0) world_.Fail("the session " + session.session_id + " still counts calls");
  }
  std::map<std::string, int> alive;
  for (const auto& [id, server] : gateway_->servers()) {
    if (server->dead) continue;
    ++alive[server->set];
    world_.Trace([&] { return "at the end there is server " + std::to_string(id) + " of " + server->set; });
    for (const auto& [key, session] : server->sessions) {
      // Those of an earlier life of the gateway are ended by the server's own time-to-live.
      if (!session.released && session.life == gateway_->life()) {
        world_.Fail("the session " + key.second + " is left on server " + std::to_string(id));
      }
    }
  }
  for (const ServersConfig& set : config_->servers) {
    if (set.discovery != Discovery::kPool) continue;
    const int wanted = std::min(set.pool.warm, set.pool.most);
    // Where servers are replaced for their age all the time, each may have its replacement beside it.
    const bool churns = set.pool.time_to_live < std::chrono::hours(1);
    const int most = churns ? 2 * wanted : wanted;
    const int least = weather_.launch_fails > 0 || churns ? 0 : wanted;
    if (alive[set.name] < least || alive[set.name] > most) {
      world_.Fail("the pool " + set.name + " has " + std::to_string(alive[set.name]) +
                  " servers at the end instead of " + std::to_string(wanted));
    }
  }
}

Report Scene::Run() {
  world_.After(0, [this] { Tick(); });
  world_.After(world_.Between(1, 60 * kSecond), [this] { Misfortune(); });
  world_.Run(begun_ + kEverybodyLeft);
  for (size_t i = 0; i < clients_.size(); ++i) {
    if (!clients_[i]->done()) world_.Fail("client " + std::to_string(i) + " never came to its end");
  }
  // Until the last idle session is gone, and the pools have settled.
  world_.Run(begun_ + 2 * kEverybodyLeft);
  if (world_.failure().empty()) CheckNothingIsLeft();

  Report report{.failure = world_.failure(), .clients = static_cast<int>(clients_.size())};
  report.lost_sessions = gateway_->lost_sessions();
  for (const auto& client : clients_) {
    report.sessions += client->outcome().sessions;
    report.statements += client->outcome().statements;
    report.acknowledged += client->outcome().acknowledged;
  }
  return report;
}

}  // namespace

Report Simulate(uint64_t seed, std::vector<std::string>* trace) { return Scene(seed, trace).Run(); }

}  // namespace firesteel::gateway::simulation
