#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "gateway/sessions/sessions.h"
#include "gateway/sessions/testing/simulated_server.h"
#include "gateway/sessions/testing/world.h"

namespace firesteel::gateway::simulation {

/// How bad the network and the machines are: probabilities a call.
struct Weather {
  double client_loss = 0, server_loss = 0, slow = 0, launch_fails = 0;
};

Answer SessionChanged();
/// What a client sees of a connection that broke.
Answer Broken(const Request& request);

/// The gateway's transport, its directory and its prober, in a faulty network, around the real decisions.
class SimulatedGateway {
 public:
  /// `keeps_state`: its next life knows what was saved.
  SimulatedGateway(World& world, Runs& runs, std::shared_ptr<const GatewayConfig> config, Weather weather,
                   bool keeps_state = false);

  /// A client's call; `reply` comes exactly once, some time later.
  void Send(const Request& request, const Reply& reply);

  void AddServer(const std::string& set);
  /// SIGKILL. Static servers are started anew a while later, as others.
  void Kill(ServerId id);
  /// SIGSTOP, and SIGCONT after `milliseconds`.
  void Freeze(ServerId id, int64_t milliseconds);
  void Drain(ServerId id, bool drain) { sessions_->Drain(id, drain); }
  void EndSomeSession();
  /// The gateway's process ends and begins again: pools' processes end with it.
  void Restart();
  void Tick();

  std::map<ServerId, std::unique_ptr<SimulatedServer>>& servers() { return servers_; }
  const Sessions& sessions() const { return *sessions_; }
  int life() const { return life_; }
  size_t calls_on_their_way() const { return forwards_.size(); }
  int lost_sessions() const { return lost_sessions_; }

 private:
  struct Forwarded {
    Request request;
    Decision decision;
    Reply reply;
    uint64_t number = 0;
    int life = 0;
  };
  using ForwardedPtr = std::shared_ptr<Forwarded>;

  void OnCall(const Request& request, const Reply& reply);
  void Forward(const ForwardedPtr& call);
  void Resume(const Effect& effect);
  void Restore();
  void Arrive(const ForwardedPtr& call, bool answer_is_lost);
  void CheckRefusal(const Request& request, const Refusal& refusal);
  void CheckArrival(const SimulatedServer& server, const Forwarded& call);
  void Finish(const ForwardedPtr& call, const Answer& answer, CallEnd end);
  void LoseConnection(const ForwardedPtr& call);
  void Lost(ServerId id);
  void RunEffects();
  void Launch(const Effect& effect);
  void CountProcesses(const std::string& pool);

  World& world_;
  Runs& runs_;
  std::shared_ptr<const GatewayConfig> config_;
  Weather weather_;
  const bool keeps_state_;
  std::unique_ptr<Sessions> sessions_;
  int life_ = 1;
  ServerId last_server_ = 0;
  std::map<ServerId, std::unique_ptr<SimulatedServer>> servers_;
  std::map<uint64_t, ForwardedPtr> forwards_;  ///< by their numbers
  uint64_t last_forward_ = 0;
  std::map<std::string, int> launching_, stopping_;
  std::map<std::pair<std::string, std::string>, ServerId> home_;  ///< where each session was first seen
  std::set<std::pair<std::string, std::string>> set_up_;          ///< sessions whose servers were told their settings
  std::map<std::pair<std::string, std::string>, SavedSession> saved_;  ///< by user and id
  std::map<std::pair<std::string, std::string>, int64_t> saved_at_;
  std::set<ServerId> saved_servers_;  ///< static ones that are not known to be lost
  std::set<std::string> had_server_;  ///< ids of sessions that were bound, or ended by an operator
  std::set<std::string> put_off_;     ///< executions that were refused here, to come again
  int lost_sessions_ = 0;
};

}  // namespace firesteel::gateway::simulation
