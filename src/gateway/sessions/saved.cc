#include <algorithm>
#include <utility>

#include "gateway/sessions/state.h"

/// What the gateway's next life is to know of sessions.
namespace firesteel::gateway {

void Sessions::State::Save(const Session& session) {
  using State = SavedSession::State;
  SavedSession saved;
  switch (session.state) {
    case Session::State::kDraft:
      break;
    case Session::State::kBound:
      // What is yet to be told to the server dies with this process.
      if (session.replayed) saved.state = State::kBound;
      break;
    case Session::State::kLost:
      saved.state = State::kLost;
      break;
    case Session::State::kReleased:
      saved.state = State::kReleased;
      break;
  }
  saved.user = session.key.caller.user;
  saved.anonymous = session.key.caller.anonymous;
  saved.id = session.key.id;
  saved.route = session.route;
  saved.age = std::chrono::duration_cast<std::chrono::microseconds>(Now() - session.created);
  if (saved.state == State::kBound) {
    saved.lifetimes = session.lifetimes;
    saved.server = session.server;
    saved.told = session.told;
    saved.server_session = session.server_session;
  }
  effects_.push_back({.kind = Effect::Kind::kSave, .saved = std::make_shared<const SavedSession>(std::move(saved))});
}

void Sessions::State::Forget(const Session& session) {
  SavedSession saved{.state = SavedSession::State::kForgotten, .user = session.key.caller.user, .id = session.key.id};
  saved.anonymous = session.key.caller.anonymous;
  effects_.push_back({.kind = Effect::Kind::kSave, .saved = std::make_shared<const SavedSession>(std::move(saved))});
}

void Sessions::State::RestoreServer(ServerId id, const std::string& servers) {
  Server* server = servers_.Add(id, servers, Now());
  server->unreachable = true;
  server->unreachable_since = Now();
}

void Sessions::State::RestoreSession(const SavedSession& saved) {
  auto session = std::make_shared<Session>();
  session->serial = ++last_serial_;
  session->key = {{saved.user, saved.anonymous}, saved.id};
  session->route = saved.route;
  session->lifetimes = saved.lifetimes;
  session->told = saved.told;
  session->server_session = saved.server_session;
  session->replayed = true;
  session->introduced = !saved.server_session.empty();
  // Nobody knows when it was used last: its idle time begins anew.
  session->last_call = Now();
  session->created = Now() - std::max(saved.age, std::chrono::microseconds(0));
  sessions_[session->key] = session;
  if (!saved.route.environment.empty()) {
    User& user = users_[session->key.caller];
    user.used = Now();
    user.latest = session->route;
  }
  Server* server = saved.state == SavedSession::State::kBound ? servers_.Find(saved.server) : nullptr;
  if (server == nullptr) {
    session->state = saved.state == SavedSession::State::kReleased ? Session::State::kReleased : Session::State::kLost;
    Bury(session);
    return;
  }
  session->state = Session::State::kBound;
  session->server = saved.server;
  server->sessions[session->serial] = session;
  quotas_.CountSession(session->key.caller, session->route.team, 1);
  effects_.push_back({.kind = Effect::Kind::kSessionCreated,
                      .server = server->id,
                      .servers = server->servers,
                      .route = session->route,
                      .user = session->key.caller.user,
                      .session_id = session->key.id,
                      .reason = "restored"});
}

}  // namespace firesteel::gateway
