#include <algorithm>
#include <utility>

#include "gateway/refusal.h"
#include "gateway/routing/route_hints.h"
#include "gateway/sessions/config_rules.h"
#include "gateway/sessions/state.h"

namespace firesteel::gateway {
namespace {

using std::chrono::seconds;

constexpr int kMostDraftsOfOne = 1000;
constexpr size_t kMostRefusedOperations = 1000;
// How long a session waits for servers that others start.
constexpr seconds kLongestWait{60};
// A pool's launch ends by itself after its start_timeout.
constexpr seconds kBeyondStart{30};

}  // namespace

Sessions::State::Resolution Sessions::State::Resolve(const Call& call, const SessionKey& key,
                                                     const Draft& draft) const {
  OptionalPairs pairs = draft.pairs();
  if (call.method == Method::kConfig && call.fields.config_operation == RequestFields::ConfigOperation::kSet) {
    pairs.insert(pairs.end(), call.fields.config_pairs.begin(), call.fields.config_pairs.end());
  }
  const RouteHints from_config = HintsOfConfig(config_->routing, pairs);
  const auto user = users_.find(key.caller);
  const Route* parent = user != users_.end() && user->second.latest ? &*user->second.latest : nullptr;
  // Someone who has left a team since does not follow the session that was its.
  const auto& teams = call.identity->teams;
  if (parent != nullptr && !teams.empty() && std::find(teams.begin(), teams.end(), parent->team) == teams.end()) {
    parent = nullptr;
  }
  return ResolveRoute(*config_, *call.identity, call.fields.claimed_user, call.hints, from_config, parent);
}

SessionPtr Sessions::State::NewDraft(const SessionKey& key) {
  User& user = users_[key.caller];
  if (user.drafts >= kMostDraftsOfOne) return nullptr;
  ++user.drafts;
  auto session = std::make_shared<Session>();
  session->serial = ++last_serial_;
  session->key = key;
  session->created = session->last_call = user.used = Now();
  sessions_[key] = session;
  return session;
}

Decision Sessions::State::Bind(const Call& call, const SessionKey& key, SessionPtr session) {
  Resolution resolution = Resolve(call, key, session ? session->draft : Draft());
  if (auto* refusal = std::get_if<Refusal>(&resolution)) return Refused(std::move(*refusal));
  const auto& resolved = std::get<ResolvedRoute>(resolution);
  if (auto refusal = quotas_.AdmitSession(config_->quotas, key.caller, resolved.route.team)) {
    return Refused(std::move(*refusal));
  }
  if (!session) session = NewDraft(key);
  if (!session) {
    return Refused(Exhausted("The user '" + key.caller.user + "' has " + std::to_string(kMostDraftsOfOne) +
                             " sessions that wait for a server or were never used. Stop them, or try again later."));
  }
  if (!session->start_failure.empty()) {
    session->waiting_since.reset();
    return Refused(Impossible(std::exchange(session->start_failure, {})));
  }
  Server* server = servers_.Choose(*config_, resolved.servers, key.caller, random_);
  if (server == nullptr) return WaitForServer(call, session, resolved);
  BindTo(*server, *session, resolved);
  return OnBound(call, session);
}

void Sessions::State::BindTo(Server& server, Session& session, const ResolvedRoute& resolved) {
  pools_.StopWaiting(session);
  // PySpark builds its first ExecutePlan, asks for plan compression, and sends the plan: what it was told then it does
  // not yet say.
  if (const auto greeted = greeted_.extract(session.key); session.told.empty() && !greeted.empty()) {
    session.told = greeted.mapped().told;
  }
  User& user = users_[session.key.caller];
  --user.drafts;
  draft_bytes_ -= session.draft.bytes();
  session.state = Session::State::kBound;
  session.route = resolved.route;
  session.lifetimes = resolved.environment->lifetimes;
  session.server = server.id;
  session.created = session.last_call = user.used = Now();
  user.latest = session.route;
  session.replay = resolved.environment->session_config;
  if (!resolved.environment->catalog.empty()) {
    session.replay.emplace_back("spark.sql.defaultCatalog", resolved.environment->catalog);
  }
  session.draft.AppendReplay(config_->routing, &session.replay, &session.checked_replay);
  session.replayed = session.replay.empty() && session.checked_replay.empty();
  session.draft = Draft();
  session.waits_for.clear();
  session.waiting_since.reset();
  server.sessions[session.serial] = sessions_[session.key];
  quotas_.CountSession(session.key.caller, session.route.team, 1);
  Save(session);
  effects_.push_back({.kind = Effect::Kind::kSessionCreated,
                      .server = server.id,
                      .servers = server.servers,
                      .route = session.route,
                      .user = session.key.caller.user,
                      .session_id = session.key.id});
  if (const ServersConfig* pool = PoolOf(server.servers)) {
    if (pool->pool.per_user) server.owner = session.key.caller;
    pools_.Balance(*pool, Now());
  }
}

std::string Sessions::State::WhereToWait(const Session& session, const ResolvedRoute& resolved) {
  // Pools first: something can be done there.
  std::vector<const WeightedServers*> pools;
  const WeightedServers* any = nullptr;
  for (const WeightedServers& set : resolved.servers) {
    if (set.weight <= 0) continue;
    if (set.servers == session.waits_for) return set.servers;
    if (PoolOf(set.servers) != nullptr) pools.push_back(&set);
    if (any == nullptr) any = &set;
  }
  if (const WeightedServers* drawn = DrawByWeight(pools, random_)) return drawn->servers;
  return any == nullptr ? std::string() : any->servers;
}

std::optional<Refusal> Sessions::State::WaitedTooLong(Session& session, const ServersConfig& set) {
  const TimePoint now = Now();
  if (!session.waiting_since) session.waiting_since = now;
  const bool pool = set.discovery == Discovery::kPool;
  const auto longest = pool ? set.pool.start_timeout + kBeyondStart : Milliseconds(kLongestWait);
  const auto down = servers_.WithoutReadySince(set.name, now);
  const bool given_up = !pool && down && now - *down >= kLongestWait;
  if (!given_up && now - *session.waiting_since < longest) return std::nullopt;
  // Who asks again, waits again.
  session.waiting_since.reset();
  if (servers_.HasReady(set.name)) {
    return Exhausted("Every server of '" + set.name + "' holds as many sessions as it may. Stop one, or try later.");
  }
  if (!pool) {
    return Impossible("No server of '" + set.name + "' has been ready for a minute. Ask the gateway's operator.");
  }
  if (pools_.Processes(set.name, now) >= set.pool.most) {
    return Exhausted("The pool '" + set.name + "' has all the " + std::to_string(set.pool.most) +
                     " servers that it may have, and none is free. Stop a session, or try later.");
  }
  return Impossible("The pool '" + set.name + "' has not had a server ready in time. Ask the gateway's operator.");
}

Decision Sessions::State::WaitForServer(const Call& call, const SessionPtr& session, const ResolvedRoute& resolved) {
  if (!session->start_failure.empty()) {
    session->waiting_since.reset();
    return Refused(Impossible(std::exchange(session->start_failure, {})));
  }
  const ServersConfig* set = config_->FindServers(WhereToWait(*session, resolved));
  if (set == nullptr) {
    return Refused(Impossible("The environment '" + resolved.route.environment +
                              "' has no servers that take new sessions. Ask the gateway's operator."));
  }
  if (session->waits_for != set->name) {
    pools_.StopWaiting(*session);
    session->waits_for = set->name;
  }
  RememberRefused(call, session->key, session);
  Decision decision;
  decision.route = resolved.route;
  if (auto final_answer = WaitedTooLong(*session, *set)) {
    pools_.StopWaiting(*session);
    decision.refusal = std::move(*final_answer);
    return decision;
  }
  if (set->discovery != Discovery::kPool) {
    decision.refusal = ComeBack("No server of '" + set->name + "' is ready; trying again.", seconds(1));
    return decision;
  }
  pools_.Wait(set->name, *session, resolved.route, Now());
  pools_.Balance(*set, Now());
  decision.refusal = ComeBack("A server of the pool '" + set->name + "' is being started for this session.",
                              pools_.RetryAfter(set->name, Now()));
  return decision;
}

void Sessions::State::RememberRefused(const Call& call, const SessionKey& key, SessionPtr session) {
  if (call.method != Method::kExecutePlan || !IsReattachable(call)) return;
  if (!session) {
    // The same call would be refused as one of a session that was changed, not remembered as one that may begin.
    const std::string& observed = call.fields.observed_session;
    if (!observed.empty() && !ToldLately(key, observed)) return;
    session = NewDraft(key);
  }
  if (!session || session->state != Session::State::kDraft) return;
  if (session->refused_operations.size() >= kMostRefusedOperations) return;
  session->refused_operations.insert(call.fields.operation_id);
}

Decision Sessions::State::Forward(const Call& call, const SessionPtr& session) {
  const RequestFields& fields = call.fields;
  const std::string& observed = fields.observed_session;
  if (session->told.empty() && ToldLately(session->key, observed)) {
    session->told = observed;
    Save(*session);
  }
  Decision decision;
  decision.kind = Decision::Kind::kForward;
  decision.server = session->server;
  decision.user = session->key.caller.user;
  decision.route = session->route;
  decision.warnings = Warnings(call, *session);
  if (call.method == Method::kConfig) {
    for (std::string& warning : std::exchange(session->warnings, {})) decision.warnings.push_back(std::move(warning));
  }
  if (!session->told.empty() && (observed.empty() || observed == session->told)) {
    decision.told_session = session->told;
    decision.server_session = session->server_session;
  }

  Ticket ticket{.session = session, .server = session->server, .method = call.method};
  if (call.method == Method::kCloneSession) {
    ticket.new_session_id = fields.new_session_id;
    if (ticket.new_session_id.empty()) ticket.new_session_id = decision.new_session_id = NewSessionId();
  }
  ticket.counts_as_use =
      !fields.cleans_cache && !(call.method == Method::kConfig && OnlyAsksForPlanCompression(fields));
  ticket.allow_reconnect = fields.allow_reconnect;
  ticket.counts_as_operation = call.method == Method::kExecutePlan || call.method == Method::kReattachExecute;
  if (ticket.counts_as_operation) quotas_.CountOperation(session->key.caller, session->route.team, 1);
  if (IsReattachable(call) || call.method == Method::kReleaseExecute) ticket.operation_id = fields.operation_id;
  if (IsReattachable(call)) ++session->operations[fields.operation_id].streams;
  if (ticket.counts_as_use) {
    session->last_call = Now();
    User& user = users_[session->key.caller];
    user.latest = session->route;
    user.used = Now();
  }
  ++session->running;
  if (Server* server = servers_.Find(session->server)) ++server->running;
  decision.ticket = ++last_ticket_;
  if (NeedsSetup(*session, decision.told_session)) SetUpOrWait(session, &decision);
  tickets_.emplace(decision.ticket, std::move(ticket));
  return decision;
}

}  // namespace firesteel::gateway
