#include "gateway/http/applications.h"

#include <algorithm>
#include <utility>

#include "base/uuid.h"

namespace firesteel::gateway {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kKept{30};
/// Servers that cannot be had in this time are not waited for: pools and queues give up sooner by themselves.
constexpr minutes kLongestStart{15};
constexpr seconds kWatchInterval{1};
constexpr char kAppName[] = "spark.app.name";

bool IsOver(const Application& application) {
  return application.state == Application::State::kEnded || application.state == Application::State::kFailed;
}

bool Owns(const Identity& identity, const Application& application) {
  const bool anonymous = identity.method == Identity::Method::kAnonymous;
  return application.anonymous == anonymous && (anonymous || application.user == identity.user);
}

std::variant<std::string, Refusal> UserOf(const Identity& identity, const ApplicationRequest& request) {
  if (identity.method == Identity::Method::kAnonymous) {
    if (request.user && !request.user->empty()) return *request.user;
    return Invalid("\"user\" is missing: a caller without a token must say whose application it is.");
  }
  if (request.user && *request.user != identity.user) {
    return Refusal{.code = Code::kPermissionDenied,
                   .message = "\"user\" names another user than the one that the caller has proved to be."};
  }
  return identity.user;
}

/// A Config.Set with hints, which binds at once: without them it would be kept until the first statement.
Call MakeCall(std::shared_ptr<const Identity> identity, const std::string& session_id, const std::string& user,
              ApplicationRequest request) {
  Call call;
  call.method = Method::kConfig;
  call.identity = std::move(identity);
  call.hints.team = std::move(request.team);
  call.hints.environment = std::move(request.environment);
  call.hints.user = user;
  call.fields.session_id = session_id;
  call.fields.claimed_user = user;
  call.fields.config_operation = RequestFields::ConfigOperation::kSet;
  for (auto& [key, value] : request.config) call.fields.config_pairs.emplace_back(std::move(key), std::move(value));
  const auto named = [](const auto& pair) { return pair.first == kAppName; };
  auto& pairs = call.fields.config_pairs;
  if (std::none_of(pairs.begin(), pairs.end(), named)) pairs.emplace_back(kAppName, std::move(request.name));
  return call;
}

}  // namespace

std::string StateText(Application::State state) {
  switch (state) {
    case Application::State::kStarting:
      return "STARTING";
    case Application::State::kRunning:
      return "RUNNING";
    case Application::State::kEnded:
      return "ENDED";
    case Application::State::kFailed:
      break;
  }
  return "FAILED";
}

std::optional<Refusal> Applications::Admit(const std::string& user, bool anonymous) const {
  const auto live = std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
    const Application& a = entry.second.application;
    return a.user == user && a.anonymous == anonymous && !IsOver(a);
  });
  if (static_cast<size_t>(live) >= kMostOfOne) {
    return Refusal{.code = Code::kResourceExhausted,
                   .message = "The user has as many applications as one may have. End some of them first."};
  }
  if (entries_.size() >= kMostInAll) {
    return Refusal{.code = Code::kResourceExhausted,
                   .message = "The gateway keeps as many applications as it can. Try again later.",
                   .retry_after = minutes(1)};
  }
  return std::nullopt;
}

std::variant<Application, Refusal> Applications::Start(std::shared_ptr<const Identity> identity,
                                                       ApplicationRequest request) {
  auto user = UserOf(*identity, request);
  if (auto* refusal = std::get_if<Refusal>(&user)) return std::move(*refusal);
  const std::string& name = std::get<std::string>(user);
  const bool anonymous = identity->method == Identity::Method::kAnonymous;
  if (auto refusal = Admit(name, anonymous)) return std::move(*refusal);

  Entry entry;
  Application& application = entry.application;
  application.id = NewUuid();
  application.name = request.name;
  application.session_id = NewUuid();
  application.user = name;
  application.anonymous = anonymous;
  application.route.user = name;
  application.created_micros = clock_.NowMicros();
  entry.serial = ++last_serial_;
  entry.begun = clock_.Steady();
  entry.call = MakeCall(std::move(identity), application.session_id, name, std::move(request));
  ForgetOldest(application);
  const std::string id = application.id;
  Entry& kept = entries_[id] = std::move(entry);
  if (auto refusal = Attempt(kept)) {
    entries_.erase(id);
    return std::move(*refusal);
  }
  return kept.application;
}

std::optional<Refusal> Applications::Attempt(Entry& entry) {
  Application& application = entry.application;
  const Decision decision = host_.Decide(entry.call);
  if (!decision.route.environment.empty()) application.route = decision.route;
  if (decision.kind == Decision::Kind::kForward) {
    application.server = decision.server;
    application.reason = "The server is being set up.";
    entry.opening = true;
    ConfigPairs config;
    for (const auto& [key, value] : entry.call.fields.config_pairs) config.emplace_back(key, value.value_or(""));
    host_.Open(
        decision, application.session_id, config,
        [this, id = application.id, alive = std::weak_ptr<const bool>(alive_)](const std::optional<Refusal>& refusal) {
          if (!alive.expired()) Opened(id, refusal);
        });
    return std::nullopt;
  }
  const Refusal& refusal = decision.refusal;
  if (refusal.retry_after && clock_.Steady() - entry.begun < kLongestStart) {
    application.reason = refusal.message;
    entry.next_try = clock_.Steady() + *refusal.retry_after;
    return std::nullopt;
  }
  // The gateway keeps a draft for who comes again; nobody will.
  host_.EndSession(application.user, application.session_id);
  return refusal;
}

void Applications::Opened(const std::string& id, const std::optional<Refusal>& refusal) {
  const auto found = entries_.find(id);
  if (found == entries_.end() || found->second.application.state != Application::State::kStarting) return;
  Entry& entry = found->second;
  entry.opening = false;
  if (!refusal) {
    entry.application.state = Application::State::kRunning;
    entry.application.reason.clear();
    return;
  }
  host_.EndSession(entry.application.user, entry.application.session_id);
  Finish(entry, Application::State::kFailed, refusal->message);
}

void Applications::Finish(Entry& entry, Application::State state, std::string reason) {
  entry.application.state = state;
  entry.application.reason = std::move(reason);
  entry.ended = clock_.Steady();
}

void Applications::ForgetOldest(const Application& of_same_user) {
  size_t ended = 0;
  auto oldest = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    const Application& a = it->second.application;
    if (a.user != of_same_user.user || a.anonymous != of_same_user.anonymous || !IsOver(a)) continue;
    ++ended;
    if (oldest == entries_.end() || it->second.serial < oldest->second.serial) oldest = it;
  }
  if (ended >= kMostOfOne) entries_.erase(oldest);
}

const Application* Applications::Find(const std::string& id, const Identity& identity, bool everybody) const {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return nullptr;
  const Application& application = found->second.application;
  return everybody || Owns(identity, application) ? &application : nullptr;
}

std::vector<Application> Applications::List(const Identity& identity) const {
  std::vector<const Entry*> own;
  for (const auto& [id, entry] : entries_) {
    if (Owns(identity, entry.application)) own.push_back(&entry);
  }
  std::sort(own.begin(), own.end(), [](const Entry* a, const Entry* b) { return a->serial > b->serial; });
  std::vector<Application> list;
  for (const Entry* entry : own) list.push_back(entry->application);
  return list;
}

bool Applications::End(const std::string& id, const Identity& identity, bool everybody) {
  if (!Find(id, identity, everybody)) return false;
  Entry& entry = entries_.at(id);
  if (IsOver(entry.application)) return true;
  host_.EndSession(entry.application.user, entry.application.session_id);
  Finish(entry, Application::State::kEnded, "It was ended over REST.");
  return true;
}

void Applications::Tick() {
  const auto now = clock_.Steady();
  for (auto& [id, entry] : entries_) {
    if (entry.application.state != Application::State::kStarting || entry.opening || now < entry.next_try) continue;
    if (auto refusal = Attempt(entry)) Finish(entry, Application::State::kFailed, refusal->message);
  }
  if (now >= next_watch_) {
    next_watch_ = now + kWatchInterval;
    WatchSessions();
  }
  std::erase_if(entries_, [&](const auto& entry) {
    return IsOver(entry.second.application) && now - entry.second.ended >= kKept;
  });
}

void Applications::WatchSessions() {
  std::map<std::string, Entry*> running;  // by session, an id of our own
  for (auto& [id, entry] : entries_) {
    if (entry.application.state == Application::State::kRunning) running[entry.application.session_id] = &entry;
  }
  if (running.empty()) return;
  for (const SessionView& session : host_.Sessions()) {
    const auto found = running.find(session.session_id);
    if (found == running.end() || session.route.user != found->second->application.user) continue;
    if (session.state == "lost") continue;
    running.erase(found);
  }
  for (const auto& [session, entry] : running) {
    Finish(*entry, Application::State::kEnded,
           "Its session is over: stopped by its client or an operator, idle or old, or its server was lost.");
  }
}

}  // namespace firesteel::gateway
