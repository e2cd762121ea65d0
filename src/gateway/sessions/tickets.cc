#include <utility>

#include "gateway/sessions/state.h"

namespace firesteel::gateway {

void Sessions::State::ReplayDone(uint64_t id, const std::string& server_session, std::vector<std::string> warnings) {
  const auto it = tickets_.find(id);
  if (it == tickets_.end()) return;
  Session& session = *it->second.session;
  if (session.state != Session::State::kBound || session.server != it->second.server) return;
  if (session.setting_up == id) session.setting_up = 0;
  session.replayed = session.introduced = true;
  session.replay.clear();
  session.checked_replay.clear();
  session.warnings = std::move(warnings);
  if (!server_session.empty()) session.server_session = server_session;
  Save(session);
  ResumeAll(session);
}

void Sessions::State::CallEnded(uint64_t id, CallEnd end, bool accepted) {
  auto node = tickets_.extract(id);
  if (node.empty()) return;
  const Ticket& ticket = node.mapped();
  Session& session = *ticket.session;
  --session.running;
  Server* server = servers_.Find(ticket.server);
  if (server != nullptr) --server->running;
  if (ticket.counts_as_operation) quotas_.CountOperation(session.key.caller, session.route.team, -1);
  if (ticket.counts_as_use) session.last_call = Now();
  if (!ticket.operation_id.empty()) EndStream(ticket, end);
  std::erase(session.waiting, id);
  if (session.setting_up == id) ResumeNext(session);
  // A clone whose answer was lost may be there: it is known, so that its time-to-live ends it.
  if (ticket.method == Method::kCloneSession && (accepted || end != CallEnd::kDone)) BindClone(ticket);
  if (ticket.method == Method::kReleaseSession && accepted && session.state == Session::State::kBound) {
    if (ticket.allow_reconnect) {
      // The next call makes it anew on the same server, which then has another id for it.
      session.introduced = false;
      session.server_session.clear();
      Save(session);
    } else {
      End(ticket.session, Session::State::kReleased, "released", false);
    }
  }
  if (session.release_again && session.running == 0 && server != nullptr) {
    session.release_again = false;
    effects_.push_back({.kind = Effect::Kind::kReleaseSession,
                        .server = ticket.server,
                        .servers = server->servers,
                        .route = session.route,
                        .user = session.key.caller.user,
                        .session_id = session.key.id});
  }
  server = servers_.Find(ticket.server);
  if (server != nullptr && server->retiring && server->running == 0 && server->sessions.empty()) {
    if (const ServersConfig* pool = PoolOf(server->servers)) pools_.Emptied(*pool, *server, Now());
  }
}

void Sessions::State::EndStream(const Ticket& ticket, CallEnd end) {
  auto& operations = ticket.session->operations;
  const auto it = operations.find(ticket.operation_id);
  if (it == operations.end()) return;
  Operation& operation = it->second;
  const bool released = ticket.method == Method::kReleaseExecute;
  if (!released) --operation.streams;
  if (operation.streams > 0) return;
  if (released || end == CallEnd::kDone) {
    operations.erase(it);
  } else {
    operation.detached = Now();
  }
}

void Sessions::State::BindClone(const Ticket& ticket) {
  const Session& parent = *ticket.session;
  const SessionKey key{parent.key.caller, ticket.new_session_id};
  const auto existing = sessions_.find(key);
  if (existing != sessions_.end()) {
    const Session::State state = existing->second->state;
    Server* server = servers_.Find(ticket.server);
    if ((state == Session::State::kLost || state == Session::State::kReleased) && server != nullptr) {
      // A clone that came late, under an id that was ended meanwhile and stays closed.
      effects_.push_back({.kind = Effect::Kind::kReleaseSession,
                          .server = ticket.server,
                          .servers = server->servers,
                          .route = parent.route,
                          .user = key.caller.user,
                          .session_id = key.id});
    }
    // The server has accepted the id, so what was kept under it is no session's beginning.
    if (state != Session::State::kDraft) return;
    DropDraft(existing->second, Session::State::kLost);
  }
  auto session = std::make_shared<Session>();
  session->serial = ++last_serial_;
  session->key = key;
  session->route = parent.route;
  session->lifetimes = parent.lifetimes;
  session->server = ticket.server;
  session->created = session->last_call = Now();
  session->replayed = true;
  sessions_[key] = session;
  Server* server = servers_.Find(ticket.server);
  if (server == nullptr) {
    session->state = Session::State::kLost;
    Bury(session);
    return;
  }
  session->state = Session::State::kBound;
  server->sessions[session->serial] = session;
  quotas_.CountSession(key.caller, session->route.team, 1);
  Save(*session);
  effects_.push_back({.kind = Effect::Kind::kSessionCreated,
                      .server = server->id,
                      .servers = server->servers,
                      .route = session->route,
                      .user = key.caller.user,
                      .session_id = key.id});
}

}  // namespace firesteel::gateway
