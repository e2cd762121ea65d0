#include <algorithm>
#include <utility>

#include "base/uuid.h"
#include "gateway/auth/claims.h"
#include "gateway/refusal.h"
#include "gateway/routing/route_hints.h"
#include "gateway/sessions/config_rules.h"
#include "gateway/sessions/state.h"

namespace firesteel::gateway {
namespace {

using ConfigOperation = RequestFields::ConfigOperation;

bool IsConfigSet(const Call& call) {
  return call.method == Method::kConfig && call.fields.config_operation == ConfigOperation::kSet;
}

bool HasHints(const RouteHints& hints) {
  return hints.team || hints.environment || hints.user || hints.authority_team || hints.authority_environment;
}

}  // namespace

SessionKey Sessions::State::KeyOf(const Call& call) {
  const bool anonymous = call.identity->method == Identity::Method::kAnonymous;
  return {{anonymous ? call.fields.claimed_user : call.identity->user, anonymous}, call.fields.session_id};
}

bool Sessions::State::IsReattachable(const Call& call) {
  return call.method == Method::kReattachExecute ||
         (call.method == Method::kExecutePlan && call.fields.reattachable && !call.fields.operation_id.empty());
}

Decision Sessions::State::Refused(Refusal refusal, const Session* session) const {
  Decision decision;
  decision.refusal = std::move(refusal);
  if (session != nullptr) decision.route = session->route;
  return decision;
}

Decision Sessions::State::OnCall(const Call& call) {
  // Of bound sessions, too: a forged header never gets far enough to be ignored. Clients claim the user of the
  // operating system unless they are told another: the proven one stands in for it, unless the operator wants it
  // refused.
  const std::string_view claimed = config_->auth.refuse_claimed_user ? call.fields.claimed_user : std::string_view();
  if (auto forged = CheckClaims(*call.identity, call.hints, claimed)) {
    return Refused(std::move(*forged), nullptr);
  }
  const SessionKey key = KeyOf(call);
  if (!IsUuid(key.id)) return Refused(InvalidHandle("FORMAT", key.id));
  const auto it = sessions_.find(key);
  const SessionPtr session = it == sessions_.end() ? nullptr : it->second;
  // At the server both would be the same user.
  if (sessions_.contains({{key.caller.user, !key.caller.anonymous}, key.id})) {
    return Refused(Denied("The session is not this caller's."));
  }
  if (const std::string* denied = FindDeniedKey(config_->policy, call.fields)) {
    return Refused(Denied("The configuration '" + *denied + "' may not be changed through this gateway."),
                   session.get());
  }
  if (auto refusal = AdmitRequest(call, key, session ? &session->route : nullptr)) {
    RememberRefused(call, key, session);
    return Refused(std::move(*refusal), session.get());
  }
  if (!session) return OnUnknown(call, key);
  switch (session->state) {
    case Session::State::kDraft:
      return OnDraft(call, session);
    case Session::State::kBound:
      return OnBound(call, session);
    case Session::State::kLost:
    case Session::State::kReleased:
      break;
  }
  return OnEnded(call, *session);
}

std::optional<Refusal> Sessions::State::AdmitRequest(const Call& call, const SessionKey& key, const Route* route) {
  // Calls that only free something are always welcome.
  if (call.method == Method::kReleaseExecute || call.method == Method::kReleaseSession ||
      call.method == Method::kInterrupt) {
    return std::nullopt;
  }
  return quotas_.AdmitRequest(config_->quotas, key.caller, route == nullptr ? "" : route->team, Now());
}

Decision Sessions::State::OnEnded(const Call& call, const Session& session) const {
  if (call.method == Method::kReleaseSession) {
    Decision decision;
    decision.kind = Decision::Kind::kNothing;
    decision.route = session.route;
    decision.told_session = session.told;
    return decision;
  }
  const bool released = session.state == Session::State::kReleased;
  return Refused(InvalidHandle(released ? "SESSION_CLOSED" : "SESSION_CHANGED", session.key.id), &session);
}

Decision Sessions::State::OnUnknown(const Call& call, const SessionKey& key) {
  const RequestFields& fields = call.fields;
  const bool told = ToldLately(key, fields.observed_session);
  Decision decision;
  decision.told_session = told ? fields.observed_session : ToldSession(key);
  // Someone who has seen a server, and we know of none: it was before this gateway's life. To pick one again would run
  // its statements twice.
  const bool reattaches = call.method == Method::kReattachExecute;
  if ((!fields.observed_session.empty() && !told) || (reattaches && (!told || ForgotLately()))) {
    return Refused(InvalidHandle("SESSION_CHANGED", key.id));
  }
  switch (call.method) {
    case Method::kReleaseSession:
    case Method::kReleaseExecute:
      // These never say what their client has observed, so nothing may be said that could differ from it.
      decision.told_session.clear();
      [[fallthrough]];
    case Method::kInterrupt:
      decision.kind = Decision::Kind::kNothing;
      return decision;
    case Method::kFetchErrorDetails:
    case Method::kGetStatus:
      return Refused(InvalidHandle("SESSION_NOT_FOUND", key.id));
    case Method::kReattachExecute:
      // It observed what only this life has told, and the session has never had a server: the plan was lost on its way.
      return Refused(InvalidHandle("OPERATION_NOT_FOUND", fields.operation_id));
    case Method::kCloneSession:
      if (!told) return Refused(InvalidHandle("SESSION_NOT_FOUND", key.id));
      break;
    case Method::kExecutePlan:
      if (!fields.cleans_cache) break;
      decision.kind = Decision::Kind::kCacheCleaned;
      return decision;
    case Method::kConfig:
      if (OnlyAsksForPlanCompression(fields)) return PlanCompression(call, key, Draft());
      // A client that was told a session is no longer at its beginning.
      if (IsConfigSet(call) && !HasHints(call.hints) && !told) return Keep(call, nullptr, key);
      break;
    default:
      break;
  }
  return Bind(call, key, nullptr);
}

Decision Sessions::State::OnDraft(const Call& call, const SessionPtr& session) {
  const RequestFields& fields = call.fields;
  const std::string& observed = fields.observed_session;
  std::string told = session->told;
  if (told.empty()) told = ToldLately(session->key, observed) ? observed : ToldSession(session->key);
  if (!observed.empty()) {
    if (observed != told) return Refused(InvalidHandle("SESSION_CHANGED", session->key.id));
    session->told = told;
  }
  session->last_call = Now();
  Decision decision;
  decision.told_session = told;
  const auto answer = [&](Decision::Kind kind) {
    session->told = told;
    decision.kind = kind;
    return decision;
  };
  switch (call.method) {
    case Method::kReleaseSession:
      DropDraft(session, Session::State::kReleased);
      [[fallthrough]];
    case Method::kReleaseExecute:
    case Method::kInterrupt:
      return answer(Decision::Kind::kNothing);
    case Method::kFetchErrorDetails:
    case Method::kGetStatus:
      return Refused(InvalidHandle("SESSION_NOT_FOUND", session->key.id));
    case Method::kReattachExecute:
      return ReattachToDraft(call, session);
    case Method::kExecutePlan:
      if (!fields.cleans_cache) break;
      return answer(Decision::Kind::kCacheCleaned);
    case Method::kConfig:
      if (OnlyAsksForPlanCompression(fields)) {
        decision = PlanCompression(call, session->key, session->draft);
        if (decision.kind == Decision::Kind::kRefuse) return decision;
        decision.told_session = told;
        return answer(Decision::Kind::kPlanCompression);
      }
      if (IsConfigSet(call) && !HasHints(call.hints)) return Keep(call, session, session->key);
      break;
    default:
      break;
  }
  return Bind(call, session->key, session);
}

Decision Sessions::State::Keep(const Call& call, SessionPtr session, const SessionKey& key) {
  const OptionalPairs& pairs = call.fields.config_pairs;
  // A pair without a value is for the server to judge.
  if (std::any_of(pairs.begin(), pairs.end(), [](const auto& pair) { return !pair.second; })) {
    return Bind(call, key, std::move(session));
  }
  constexpr size_t kMostDraftBytes = 256 << 20;
  const size_t before = session ? session->draft.bytes() : 0;
  if (!session) session = NewDraft(key);
  if (!session || draft_bytes_ > kMostDraftBytes) {
    return Refused(Exhausted("Too many sessions that were configured but never used. Stop them, or try again later."));
  }
  if (!session->draft.Merge(pairs, call.fields.config_silent)) {
    return Refused(Exhausted("The configuration of a session before its first use may have " +
                             std::to_string(Draft::kMostPairs) + " keys and " + std::to_string(Draft::kMostBytes) +
                             " bytes at most."));
  }
  draft_bytes_ += session->draft.bytes() - before;
  if (session->told.empty()) session->told = ToldSession(key);
  if (before == 0) Save(*session);
  Decision decision;
  decision.kind = Decision::Kind::kConfigKept;
  decision.told_session = session->told;
  return decision;
}

Decision Sessions::State::PlanCompression(const Call& call, const SessionKey& key, const Draft& draft) {
  Resolution resolution = Resolve(call, key, draft);
  if (auto* refusal = std::get_if<Refusal>(&resolution)) return Refused(std::move(*refusal));
  const auto& resolved = std::get<ResolvedRoute>(resolution);
  Decision decision;
  decision.kind = Decision::Kind::kPlanCompression;
  const std::string& observed = call.fields.observed_session;
  decision.told_session = observed.empty() ? ToldSession(key) : observed;
  decision.route = resolved.route;
  if (const Server* server = servers_.AnyReady(resolved.servers)) decision.server = server->id;
  constexpr size_t kMostGreeted = 100'000;
  if (greeted_.size() < kMostGreeted) greeted_[key] = {decision.told_session, Now()};
  return decision;
}

Decision Sessions::State::ReattachToDraft(const Call& call, const SessionPtr& session) {
  // PySpark answers UNAVAILABLE to an ExecutePlan by a ReattachExecute. It is made to send the plan again only where it
  // is certain that the plan never ran: where it was refused here, or says a session id that this gateway's life has
  // told.
  const bool told = !session->told.empty() && call.fields.observed_session == session->told;
  if (!told && !session->refused_operations.contains(call.fields.operation_id)) {
    return Refused(InvalidHandle("SESSION_CHANGED", session->key.id));
  }
  Resolution resolution = Resolve(call, session->key, session->draft);
  if (auto* refusal = std::get_if<Refusal>(&resolution)) return Refused(std::move(*refusal));
  const auto& resolved = std::get<ResolvedRoute>(resolution);
  if (servers_.Choose(*config_, resolved.servers, session->key.caller, random_) == nullptr) {
    return WaitForServer(call, session, resolved);
  }
  return Refused(InvalidHandle("OPERATION_NOT_FOUND", call.fields.operation_id));
}

std::vector<std::string> Sessions::State::Warnings(const Call& call, const Session& session) const {
  if (!IsConfigSet(call)) return {};
  const RouteHints set = HintsOfConfig(config_->routing, call.fields.config_pairs);
  std::vector<std::string> warnings;
  const auto compare = [&](const char* what, const std::string& is, std::initializer_list<const std::string*> said) {
    for (const std::string* value : said) {
      if (value == nullptr || *value == is) continue;
      warnings.push_back("The session " + session.key.id + " stays in " + what + " '" + is +
                         "'; start a new session to move to '" + *value + "'.");
      return;
    }
  };
  const auto address = [](const std::optional<std::string>& text) { return text ? &*text : nullptr; };
  compare("team", session.route.team, {address(set.team), address(call.hints.team)});
  compare("environment", session.route.environment, {address(set.environment), address(call.hints.environment)});
  return warnings;
}

Decision Sessions::State::OnBound(const Call& call, const SessionPtr& session) {
  const bool executes = call.method == Method::kExecutePlan && !call.fields.cleans_cache;
  if (executes) {
    if (auto refusal = quotas_.AdmitOperation(config_->quotas, session->key.caller, session->route.team)) {
      return Refused(std::move(*refusal), session.get());
    }
  }
  if (call.method == Method::kCloneSession) {
    if (!call.fields.new_session_id.empty() && !IsUuid(call.fields.new_session_id)) {
      return Refused(InvalidHandle("FORMAT", call.fields.new_session_id), session.get());
    }
    const auto named = sessions_.find({session->key.caller, call.fields.new_session_id});
    const bool ended = named != sessions_.end() && (named->second->state == Session::State::kLost ||
                                                    named->second->state == Session::State::kReleased);
    if (ended) return Refused(InvalidHandle("SESSION_CLOSED", call.fields.new_session_id), session.get());
    if (auto refusal = quotas_.AdmitSession(config_->quotas, session->key.caller, session->route.team)) {
      return Refused(std::move(*refusal), session.get());
    }
  }
  return Forward(call, session);
}

}  // namespace firesteel::gateway
