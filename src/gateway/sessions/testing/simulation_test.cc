#include "gateway/sessions/testing/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "gateway/sessions/testing/simulated_client.h"

namespace firesteel::gateway::simulation {
namespace {

/// How many seeds; FIRESTEEL_SIMULATION_SEEDS asks for more, FIRESTEEL_SIMULATION_FIRST for others.
uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(SimulationTest, KeepsItsPromisesInEveryMisfortune) {
  const uint64_t first = FromEnvironment("FIRESTEEL_SIMULATION_FIRST", 1);
  const uint64_t seeds = FromEnvironment("FIRESTEEL_SIMULATION_SEEDS", 1000);
  Report all;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    const Report report = Simulate(seed, nullptr);
    if (!report.failure.empty()) {
      std::vector<std::string> trace;
      Simulate(seed, &trace);
      std::string last;
      for (size_t i = trace.size() - std::min<size_t>(trace.size(), 40); i < trace.size(); ++i) last += trace[i] + "\n";
      FAIL() << "seed " << seed << ": " << report.failure << "\n" << last;
    }
    all.sessions += report.sessions;
    all.lost_sessions += report.lost_sessions;
    all.statements += report.statements;
    all.acknowledged += report.acknowledged;
  }
  RecordProperty("sessions", all.sessions);
  RecordProperty("lost_sessions", all.lost_sessions);
  RecordProperty("statements", all.statements);
  RecordProperty("acknowledged", all.acknowledged);
  // A simulation in which nothing happens, or nothing goes wrong, or nothing works, would prove nothing.
  EXPECT_GT(all.acknowledged, static_cast<int>(seeds) * 5);
  EXPECT_GT(all.statements - all.acknowledged, static_cast<int>(seeds) / 2);
  EXPECT_GT(all.lost_sessions, static_cast<int>(seeds) / 2);
}

TEST(SimulationTest, TheSameSeedIsTheSameRun) {
  std::vector<std::string> one, two;
  Simulate(7, &one);
  Simulate(7, &two);
  EXPECT_GT(one.size(), 10u);
  EXPECT_EQ(one, two);
}

TEST(SimulationTest, FiftyLostSessionsMakeNoStorm) {
  World world(1, nullptr);
  Runs runs;
  GatewayConfig config;
  ServersConfig set;
  set.name = "all";
  config.servers = {set};
  config.environments = {{.name = "prod", .servers = {{"all", 1}}, .session_config = {{"spark.env", "prod"}}}};
  SimulatedGateway gateway(world, runs, std::make_shared<GatewayConfig>(config), {});
  gateway.AddServer("all");
  std::vector<std::unique_ptr<SimulatedClient>> clients;
  for (int i = 0; i < 50; ++i) {
    Plan plan;
    auto identity = std::make_shared<Identity>();
    identity->method = Identity::Method::kToken;
    identity->user = plan.user = "user" + std::to_string(i);
    plan.identity = identity;
    plan.team = "default";
    plan.environment = "prod";
    plan.allowed = {"all"};
    plan.statements = 1000;
    plan.longest_pause = 2;
    clients.push_back(std::make_unique<SimulatedClient>(world, gateway, runs, i, plan));
    clients.back()->Start();
  }
  const int64_t begun = world.Now();
  world.Run(begun + 10'000);
  std::vector<std::string> sessions;
  for (const auto& client : clients) sessions.push_back(client->session_id());
  const auto acknowledged = [&] {
    int sum = 0;
    for (const auto& client : clients) sum += client->outcome().acknowledged;
    return sum;
  };
  const int before = acknowledged();
  EXPECT_GT(before, 50);

  gateway.AddServer("all");
  gateway.Kill(1);
  const int64_t killed = world.Now();
  world.Run(killed + 2000);
  EXPECT_EQ(world.failure(), "");
  EXPECT_EQ(gateway.lost_sessions(), 50);
  for (size_t i = 0; i < clients.size(); ++i) EXPECT_NE(clients[i]->session_id(), sessions[i]) << i;
  // The one that failed, and the first of the next session.
  for (const auto& client : clients) EXPECT_LE(client->most_executes(), 2);
  world.Run(killed + 30'000);
  EXPECT_EQ(world.failure(), "");
  EXPECT_GT(acknowledged(), before + 50);
}

}  // namespace
}  // namespace firesteel::gateway::simulation
