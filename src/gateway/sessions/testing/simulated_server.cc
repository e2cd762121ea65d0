#include "gateway/sessions/testing/simulated_server.h"

namespace firesteel::gateway::simulation {
namespace {

Answer Fault(const char* reason) {
  return {.code = Code::kInternal, .condition = std::string("INVALID_HANDLE.") + reason};
}

}  // namespace

SimulatedServer::Remote& SimulatedServer::Open(const std::string& user, const std::string& session_id, int life) {
  auto [it, is_new] = sessions.try_emplace({user, session_id});
  if (is_new) {
    it->second.server_session = world_.Uuid();
    it->second.life = life;
  }
  return it->second;
}

std::optional<std::string> SimulatedServer::SetAll(const std::string& user, const std::string& session_id,
                                                   const ConfigPairs& pairs, int life) {
  Remote& session = Open(user, session_id, life);
  if (session.released) return std::nullopt;
  for (const auto& [key, value] : pairs) session.config[key] = value;
  return session.server_session;
}

void SimulatedServer::Release(const std::string& user, const std::string& session_id) {
  const auto it = sessions.find({user, session_id});
  if (it != sessions.end()) it->second.released = true;
}

void SimulatedServer::Handle(const Request& request, const std::string& user, const std::string& observed, int life,
                             Reply reply) {
  const RequestFields& fields = request.call.fields;
  const Method method = request.call.method;
  const bool opens = method == Method::kExecutePlan || method == Method::kConfig || method == Method::kAnalyzePlan;
  if (method == Method::kReleaseSession) {
    Release(user, fields.session_id);
    const auto it = sessions.find({user, fields.session_id});
    return reply({.server_session = it == sessions.end() ? "" : it->second.server_session});
  }
  if (!opens && !sessions.contains({user, fields.session_id})) {
    return reply(Fault(observed.empty() ? "SESSION_NOT_FOUND" : "SESSION_CHANGED"));
  }
  const Remote& session = Open(user, fields.session_id, life);
  if (session.released) return reply(Fault("SESSION_CLOSED"));
  if (!observed.empty() && observed != session.server_session) return reply(Fault("SESSION_CHANGED"));
  switch (method) {
    case Method::kExecutePlan:
    case Method::kReattachExecute:
      return Execute(request, session, reply);
    case Method::kCloneSession:
      Open(user, fields.new_session_id, life).config = session.config;
      return reply({.server_session = session.server_session, .new_session_id = fields.new_session_id});
    case Method::kConfig:
      for (const auto& [key, value] : fields.config_pairs) {
        if (value) sessions[{user, fields.session_id}].config[key] = *value;
      }
      break;
    default:
      break;
  }
  reply({.server_session = session.server_session});
}

void SimulatedServer::Execute(const Request& request, const Remote& session, const Reply& reply) {
  const std::string& id = request.call.fields.operation_id;
  const std::string server_session = session.server_session;
  auto& operation = operations_[id];
  if (request.call.method == Method::kReattachExecute) {
    if (!operation) {
      operations_.erase(id);
      return reply(Fault("OPERATION_NOT_FOUND"));
    }
    if (operation->done) return reply({.server_session = server_session});
    operation->attached.push_back(reply);
    return;
  }
  if (operation) return reply(Fault("OPERATION_ALREADY_EXISTS"));
  operation = std::make_shared<Operation>();
  if (!request.call.fields.cleans_cache && ++runs_[request.statement] > 1) {
    world_.Fail("the statement " + request.statement + " ran twice");
  }
  operation->attached.push_back(reply);
  world_.After(request.duration, [this, operation, server_session] {
    if (dead) return;
    // The first stream ends early sometimes, as Spark's do after two minutes: clients attach again.
    const bool all = world_.Chance(0.9);
    operation->done = true;
    for (const Reply& attached : std::exchange(operation->attached, {})) {
      attached({.server_session = server_session, .complete = all});
    }
  });
}

}  // namespace firesteel::gateway::simulation
