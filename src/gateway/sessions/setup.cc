#include <utility>

#include "gateway/sessions/state.h"

/// The first calls of a session may come at once: one of them sets it up on its server, the others wait for that.
namespace firesteel::gateway {

bool Sessions::State::NeedsSetup(const Session& session, const std::string& told) {
  return !session.replayed || (!told.empty() && !session.introduced);
}

void Sessions::State::SetUpOrWait(const SessionPtr& session, Decision* decision) {
  if (session->setting_up != 0) {
    decision->waits = true;
    session->waiting.push_back(decision->ticket);
    return;
  }
  session->setting_up = decision->ticket;
  decision->replays = true;
  decision->replay = session->replay;
  decision->checked_replay = session->checked_replay;
}

void Sessions::State::ResumeAll(Session& session) {
  for (const uint64_t ticket : std::exchange(session.waiting, {})) {
    Resume(ticket, {.server_session = session.server_session});
  }
}

void Sessions::State::ResumeNext(Session& session) {
  session.setting_up = 0;
  // Of a lost or ended session the calls are told so.
  if (session.waiting.empty() || session.state != Session::State::kBound) return;
  const uint64_t ticket = session.waiting.front();
  session.waiting.erase(session.waiting.begin());
  session.setting_up = ticket;
  Resume(ticket, {.replays = true,
                  .replay = session.replay,
                  .checked_replay = session.checked_replay,
                  .server_session = session.server_session});
}

void Sessions::State::ResumeEnded(Session& session) {
  for (const uint64_t ticket : std::exchange(session.waiting, {})) Resume(ticket, {.ended = true});
}

void Sessions::State::Resume(uint64_t ticket, Resumption resumption) {
  effects_.push_back({.kind = Effect::Kind::kResume,
                      .ticket = ticket,
                      .resumption = std::make_shared<const Resumption>(std::move(resumption))});
}

}  // namespace firesteel::gateway
