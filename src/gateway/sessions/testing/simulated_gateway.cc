#include "gateway/sessions/testing/simulated_gateway.h"

#include <algorithm>
#include <utility>

namespace firesteel::gateway::simulation {
namespace {

bool IsSafeToRepeat(const Request& request) {
  return request.call.method != Method::kExecutePlan || request.call.fields.reattachable;
}

}  // namespace

Answer SessionChanged() {
  return {.code = Code::kInternal, .condition = "INVALID_HANDLE.SESSION_CHANGED", .from_gateway = true};
}

Answer Broken(const Request& request) {
  return {.code = IsSafeToRepeat(request) ? Code::kUnavailable : Code::kInternal, .from_gateway = true};
}

SimulatedGateway::SimulatedGateway(World& world, Runs& runs, std::shared_ptr<const GatewayConfig> config,
                                   Weather weather, bool keeps_state)
    : world_(world), runs_(runs), config_(std::move(config)), weather_(weather), keeps_state_(keeps_state) {
  sessions_ = std::make_unique<Sessions>(config_, world_.clock(), world_.Random());
  RunEffects();
}

void SimulatedGateway::Send(const Request& request, const Reply& reply) {
  const int64_t there = world_.Chance(weather_.slow) ? world_.Between(100, 3000) : world_.Between(0, 2);
  const bool safe = IsSafeToRepeat(request);
  if (safe && world_.Chance(weather_.client_loss)) {
    world_.After(there, [=, this] { reply(Broken(request)); });
    return;
  }
  // Where the answer is lost the client is told by its own gRPC, and the gateway finds it gone.
  const bool answer_lost = safe && world_.Chance(weather_.client_loss);
  world_.After(there, [=, this] {
    OnCall(request, [=, this](const Answer& answer) {
      world_.After(world_.Between(0, 2), [=] { reply(answer_lost ? Broken(request) : answer); });
    });
  });
}

void SimulatedGateway::OnCall(const Request& request, const Reply& reply) {
  Decision decision = sessions_->OnCall(request.call);
  RunEffects();
  world_.Trace([&] {
    return "client " + std::to_string(request.client) + " method " +
           std::to_string(static_cast<int>(request.call.method)) + " " + request.call.fields.session_id.substr(0, 8) +
           " -> kind " + std::to_string(static_cast<int>(decision.kind)) + " server " +
           std::to_string(decision.server) + " " + decision.refusal.message.substr(0, 90);
  });
  switch (decision.kind) {
    case Decision::Kind::kRefuse:
      CheckRefusal(request, decision.refusal);
      reply({.code = decision.refusal.code,
             .condition = decision.refusal.condition,
             .retry_after = decision.refusal.retry_after,
             .from_gateway = true});
      return;
    case Decision::Kind::kForward: {
      auto call = std::make_shared<Forwarded>(Forwarded{request, std::move(decision), reply, ++last_forward_, life_});
      if (!call->decision.new_session_id.empty()) {
        call->request.call.fields.new_session_id = call->decision.new_session_id;
      }
      forwards_[call->number] = call;
      if (!call->decision.waits) Forward(call);
      return;
    }
    case Decision::Kind::kPlanCompression:
      if (decision.server != 0) {
        const auto it = servers_.find(decision.server);
        if (it == servers_.end() ||
            std::find(request.allowed.begin(), request.allowed.end(), it->second->set) == request.allowed.end()) {
          world_.Fail("a misrouted question for plan compression");
        }
      }
      [[fallthrough]];
    default:
      reply({.server_session = decision.told_session, .from_gateway = true});
  }
}

void SimulatedGateway::Forward(const ForwardedPtr& call) {
  const bool before = world_.Chance(weather_.server_loss);
  const bool after = world_.Chance(weather_.server_loss);
  const int64_t there = world_.Chance(weather_.slow) ? world_.Between(100, 3000) : world_.Between(0, 2);
  world_.After(there, [=, this] {
    if (before) return LoseConnection(call);
    Arrive(call, after);
  });
}

void SimulatedGateway::Resume(const Effect& effect) {
  for (const auto& [number, call] : forwards_) {
    if (call->decision.ticket != effect.ticket) continue;
    if (!std::exchange(call->decision.waits, false)) world_.Fail("a call goes on that did not wait");
    const ForwardedPtr resumed = call;
    // On the loop of the call, a moment later.
    world_.After(0, [=, this, how = effect.resumption] {
      if (how->ended) return Finish(resumed, SessionChanged(), CallEnd::kServerLost);
      Decision& decision = resumed->decision;
      decision.replays = how->replays;
      decision.replay = how->replay;
      decision.checked_replay = how->checked_replay;
      decision.server_session = how->server_session;
      if (forwards_.contains(resumed->number)) Forward(resumed);
    });
    return;
  }
}

void SimulatedGateway::LoseConnection(const ForwardedPtr& call) {
  world_.After(world_.Between(0, 1500), [=, this] {
    // A dead server's calls are answered when its death is known.
    if (servers_.at(call->decision.server)->dead) return;
    Finish(call, Broken(call->request), CallEnd::kServerLost);
  });
}

void SimulatedGateway::Arrive(const ForwardedPtr& call, bool answer_is_lost) {
  if (!forwards_.contains(call->number)) return;  // the gateway's process ended meanwhile
  SimulatedServer& server = *servers_.at(call->decision.server);
  if (server.dead) return;
  if (server.frozen) {
    server.when_thawed.push_back([=, this] { Arrive(call, answer_is_lost); });
    return;
  }
  const Decision& decision = call->decision;
  const std::string& session_id = call->request.call.fields.session_id;
  std::string own = decision.server_session;
  if (decision.replays) {
    ConfigPairs pairs = decision.replay;
    pairs.insert(pairs.end(), decision.checked_replay.begin(), decision.checked_replay.end());
    const std::pair key(decision.user, session_id + "/" + std::to_string(keeps_state_ ? 0 : call->life));
    if (const auto set = server.SetAll(decision.user, session_id, pairs, call->life)) {
      if (!pairs.empty() && !set_up_.insert(key).second) world_.Fail("the session " + session_id + " was set up twice");
      own = *set;
      sessions_->ReplayDone(decision.ticket, own);
    }
    if (world_.Chance(weather_.server_loss)) return LoseConnection(call);
  }
  CheckArrival(server, *call);
  const bool told = !decision.told_session.empty();
  const std::string observed = told ? own : call->request.call.fields.observed_session;
  server.Handle(call->request, decision.user, observed, call->life, [=, this, &server](Answer answer) {
    if (told && !answer.server_session.empty()) answer.server_session = decision.told_session;
    const auto finish = [=, this] {
      if (answer_is_lost) return LoseConnection(call);
      Finish(call, answer, CallEnd::kDone);
    };
    if (server.frozen) {
      server.when_thawed.push_back(finish);
    } else {
      finish();
    }
  });
}

void SimulatedGateway::CheckRefusal(const Request& request, const Refusal& refusal) {
  const RequestFields& fields = request.call.fields;
  if (refusal.retry_after && request.call.method == Method::kExecutePlan) put_off_.insert(fields.operation_id);
  const bool anonymous = request.call.identity->method == Identity::Method::kAnonymous;
  const auto saved = saved_.find({anonymous ? fields.claimed_user : request.call.identity->user, fields.session_id});
  if (keeps_state_ && refusal.condition == "INVALID_HANDLE.SESSION_CHANGED" && saved != saved_.end() &&
      saved->second.state == SavedSession::State::kBound && !servers_.at(saved->second.server)->dead) {
    world_.Fail("the session " + fields.session_id + " is said to have changed, but lives on");
  }
  // Nothing can have changed for who never had a server, as long as the gateway lives. (Of a first execution without
  // any server-side id nobody can know whether it was lost on its way.)
  const bool provable = !fields.observed_session.empty() || put_off_.contains(fields.operation_id);
  if (refusal.condition == "INVALID_HANDLE.SESSION_CHANGED" && life_ == 1 && provable &&
      !had_server_.contains(fields.session_id)) {
    world_.Fail("the session " + fields.session_id + " is said to have changed, but never had a server");
  }
}

void SimulatedGateway::CheckArrival(const SimulatedServer& server, const Forwarded& call) {
  const Request& request = call.request;
  const std::string& user = call.decision.user;
  const auto& allowed = request.allowed;
  if (std::find(allowed.begin(), allowed.end(), server.set) == allowed.end()) {
    world_.Fail("client " + std::to_string(request.client) + " was misrouted to a server of " + server.set);
  }
  const int life = keeps_state_ ? 0 : call.life;
  const auto key = std::pair(user, request.call.fields.session_id + "/" + std::to_string(life));
  const auto [home, is_new] = home_.try_emplace(key, server.id);
  if (home->second != server.id) {
    world_.Fail("session " + key.second + " moved from server " + std::to_string(home->second) + " to " +
                std::to_string(server.id));
  }
  if (config_->FindServers(server.set)->pool.per_user) {
    for (const auto& [other, remote] : server.sessions) {
      if (other.first != user) world_.Fail("server " + std::to_string(server.id) + " serves two users");
    }
    if (!server.launched_for.empty() && server.launched_for != user) {
      world_.Fail("a server that was started for " + server.launched_for + " serves " + user);
    }
  }
  if (request.expected.empty()) return;
  const auto remote = server.sessions.find({user, request.call.fields.session_id});
  if (remote == server.sessions.end()) return;
  for (const auto& [name, value] : request.expected) {
    const auto set = remote->second.config.find(name);
    if (set == remote->second.config.end() || set->second != value) {
      world_.Fail("a call of client " + std::to_string(request.client) + " ran without " + name + " = " + value);
    }
  }
}

void SimulatedGateway::Finish(const ForwardedPtr& call, const Answer& answer, CallEnd end) {
  if (forwards_.erase(call->number) == 0) return;
  sessions_->CallEnded(call->decision.ticket, end, answer.code == Code::kOk && end == CallEnd::kDone);
  RunEffects();
  call->reply(answer);
}

}  // namespace firesteel::gateway::simulation
