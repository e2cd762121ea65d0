#include <algorithm>
#include <utility>

#include "gateway/sessions/state.h"

namespace firesteel::gateway {
namespace {

using std::chrono::minutes;

// Spark abandons an execution that nobody is attached to after this time.
constexpr minutes kDetached{5};
// A client's first call follows its greeting at once.
constexpr minutes kGreeting{5};
// Longer than any client retries, so that none of them meets a forgotten session and begins anew by accident.
constexpr minutes kTombstone{60};
constexpr size_t kMostTombstones = 100'000;

}  // namespace

void Sessions::State::End(const SessionPtr& session, Session::State state, const char* reason, bool release_on_server) {
  const ServerId id = session->server;
  session->state = state;
  session->operations.clear();
  session->replay.clear();
  session->checked_replay.clear();
  quotas_.CountSession(session->key.caller, session->route.team, -1);
  Server* server = servers_.Find(id);
  Effect effect{.server = id,
                .servers = server == nullptr ? "" : server->servers,
                .route = session->route,
                .user = session->key.caller.user,
                .session_id = session->key.id,
                .reason = reason};
  if (release_on_server) {
    effect.kind = Effect::Kind::kReleaseSession;
    effects_.push_back(effect);
    session->release_again = session->running > 0;
  }
  effect.kind = Effect::Kind::kSessionEnded;
  effects_.push_back(std::move(effect));
  Bury(session);
  ResumeEnded(*session);
  if (server == nullptr) return;
  server->sessions.erase(session->serial);
  server->empty_since = Now();
  const ServersConfig* pool = PoolOf(server->servers);
  if (pool != nullptr && server->sessions.empty()) pools_.Emptied(*pool, *server, Now());
}

void Sessions::State::DropDraft(const SessionPtr& session, Session::State state) {
  pools_.StopWaiting(*session);
  --users_[session->key.caller].drafts;
  draft_bytes_ -= session->draft.bytes();
  session->draft = Draft();
  session->refused_operations.clear();
  session->state = state;
  Bury(session);
}

void Sessions::State::Bury(const SessionPtr& session) {
  tombstones_.emplace_back(Now(), session);
  Save(*session);
}

bool Sessions::State::MayRun(const Session& session) const {
  if (session.running > 0) return true;
  return std::any_of(session.operations.begin(), session.operations.end(), [&](const auto& entry) {
    return entry.second.streams > 0 || Now() - entry.second.detached < kDetached;
  });
}

bool Sessions::State::EndSession(const std::string& user, const std::string& session_id) {
  bool found = false;
  for (const bool anonymous : {false, true}) {
    const auto it = sessions_.find({{user, anonymous}, session_id});
    if (it == sessions_.end()) continue;
    const SessionPtr session = it->second;
    if (session->state == Session::State::kBound) {
      End(session, Session::State::kLost, "ended by an operator", true);
      found = true;
    } else if (session->state == Session::State::kDraft) {
      DropDraft(session, Session::State::kLost);
      found = true;
    }
  }
  return found;
}

void Sessions::State::EndExpired() {
  const TimePoint now = Now();
  std::vector<std::pair<SessionPtr, const char*>> expired;
  for (const auto& [key, session] : sessions_) {
    if (session->state == Session::State::kDraft) {
      if (now - session->last_call >= Lifetimes().idle) expired.emplace_back(session, "");
    } else if (session->state == Session::State::kBound) {
      std::erase_if(session->operations, [&](const auto& entry) {
        return entry.second.streams == 0 && now - entry.second.detached >= kDetached;
      });
      const bool old = now - session->created >= session->lifetimes.lifetime;
      const bool idle = now - session->last_call >= session->lifetimes.idle;
      if ((old || idle) && !MayRun(*session)) expired.emplace_back(session, idle ? "idle" : "lifetime");
    }
  }
  std::sort(expired.begin(), expired.end(),
            [](const auto& a, const auto& b) { return a.first->serial < b.first->serial; });
  for (const auto& [session, reason] : expired) {
    if (session->state == Session::State::kDraft) {
      DropDraft(session, Session::State::kLost);
    } else {
      End(session, Session::State::kLost, reason, true);
    }
  }
}

void Sessions::State::ForgetTombstones() {
  const TimePoint now = Now();
  while (!tombstones_.empty() &&
         (tombstones_.size() > kMostTombstones || now - tombstones_.front().first >= kTombstone)) {
    if (now - tombstones_.front().first < kTombstone) forgot_ = now;
    const auto it = sessions_.find(tombstones_.front().second->key);
    if (it != sessions_.end() && it->second == tombstones_.front().second) {
      Forget(*it->second);
      sessions_.erase(it);
    }
    tombstones_.pop_front();
  }
  std::erase_if(users_,
                [&](const auto& entry) { return entry.second.drafts == 0 && now - entry.second.used > kTombstone; });
}

bool Sessions::State::ForgotLately() const { return forgot_ && Now() - *forgot_ < kTombstone; }

void Sessions::State::Tick() {
  EndExpired();
  ForgetTombstones();
  std::erase_if(greeted_, [this](const auto& greeted) { return Now() - greeted.second.when > kGreeting; });
  quotas_.Sweep(Now());
  for (const ServersConfig& set : config_->servers) {
    servers_.WithoutReadySince(set.name, Now());
    if (set.discovery == Discovery::kPool) pools_.Tick(set, Now());
  }
  pools_.TickAbandoned();
}

}  // namespace firesteel::gateway
