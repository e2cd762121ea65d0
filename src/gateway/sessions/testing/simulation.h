#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace firesteel::gateway::simulation {

struct Report {
  std::string failure;  ///< the first invariant that was broken; empty: none
  int clients = 0, sessions = 0, lost_sessions = 0, statements = 0, acknowledged = 0;
};

/// A day at the gateway, or an hour of it: servers, pools, users and misfortunes drawn by `seed`. The same seed gives
/// the same run. Checked all along: no client waits for ever, no statement runs twice, acknowledged ones ran once,
/// every call arrives at its session's server and at one of its environment, clients never see their session change
/// under them, pools stay within `most`, nobody repeats an ExecutePlan without end; and at the end nothing is left
/// over. `trace`: what happened, line by line; null: nobody asks.
Report Simulate(uint64_t seed, std::vector<std::string>* trace);

}  // namespace firesteel::gateway::simulation
