#include "gateway/proxy/control.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <utility>

#include "base/log.h"
#include "gateway/wire/grpc_message.h"
#include "gateway/wire/percent_encoding.h"

namespace firesteel::gateway {
namespace {

constexpr auto kTick = std::chrono::seconds(1);
constexpr auto kReleaseTime = std::chrono::seconds(10);
constexpr auto kOpenTime = std::chrono::seconds(60);

Result<std::string> ReadToken(const std::string& file) {
  std::ifstream in(file);
  std::string token;
  if (!std::getline(in, token) || token.empty()) {
    return Status::Error(fmt::format("cannot read the servers' token from {}", file));
  }
  return token;
}

/// What a server said to a call that it did not accept.
Refusal RefusalOf(const UnaryOutcome& outcome) {
  if (!outcome.answered) {
    return {.message = "The server was lost before the session began, or did not answer in time. Try again."};
  }
  const std::string encoded(FindHeader(outcome.trailers, "grpc-message"));
  std::string message;
  if (!DecodePercent(encoded, false, &message)) message = encoded;
  return {.code = outcome.code, .message = "The server refused the session's configuration: " + message};
}

}  // namespace

Control::Control(std::shared_ptr<const GatewayConfig> config, const Clock& clock, Metrics& metrics)
    : metrics_(metrics),
      clock_(clock),
      config_(config),
      sessions_(config, clock, std::random_device{}()),
      directory_(config, *this) {}

Control::~Control() { Stop(); }

void Control::Start(std::vector<ServerLossListener*> loops) {
  loops_ = std::move(loops);
  thread_ = std::thread([this] {
    TickLater();
    loop_.Run();
  });
  directory_.Start();
}

void Control::Stop() {
  if (!thread_.joinable()) return;
  loop_.Post([this] {
    for (const auto& [id, watch] : watches_) watch->Stop();
    loop_.Stop();
  });
  thread_.join();
}

void Control::TickLater() {
  loop_.After(kTick, [this] {
    With([](gateway::Sessions& sessions) { sessions.Tick(); });
    const auto now = std::chrono::steady_clock::now();
    for (const auto& [id, watch] : watches_) watch->CheckTimes(now);
    TickLater();
  });
}

Status Control::Configure(std::shared_ptr<const GatewayConfig> config) {
  config_.store(config);
  directory_.Configure(config);
  With([&](gateway::Sessions& sessions) { sessions.Configure(config); });
  return Status::Ok();
}

void Control::With(const Enter& enter) {
  std::vector<Effect> effects;
  {
    const std::lock_guard lock(mutex_);
    enter(sessions_);
    effects = sessions_.TakeEffects();
    // Here, so that what is saved last is what was so last.
    for (const Effect& effect : effects) {
      if (state_ && effect.kind == Effect::Kind::kSave) state_->Save(*effect.saved);
    }
  }
  if (!effects.empty()) Apply(std::move(effects));
}

Decision Control::OnCall(const Call& call, EventLoop* loop, Resumed resumed) {
  Decision decision;
  With([&](gateway::Sessions& sessions) {
    decision = sessions.OnCall(call);
    if (decision.waits) waiters_[decision.ticket] = {loop, std::move(resumed)};
  });
  return decision;
}

void Control::Resume(const Effect& effect) {
  Waiter waiter;
  {
    const std::lock_guard lock(mutex_);
    auto node = waiters_.extract(effect.ticket);
    if (node.empty()) return;
    waiter = std::move(node.mapped());
  }
  if (waiter.loop == nullptr) return;
  waiter.loop->Post([resumed = std::move(waiter.resumed), how = effect.resumption] { resumed(*how); });
}

void Control::ReplayDone(uint64_t ticket, const std::string& server_session, std::vector<std::string> warnings) {
  With([&](gateway::Sessions& sessions) { sessions.ReplayDone(ticket, server_session, std::move(warnings)); });
}

void Control::CallEnded(uint64_t ticket, CallEnd end, bool accepted) {
  With([&](gateway::Sessions& sessions) {
    waiters_.erase(ticket);
    sessions.CallEnded(ticket, end, accepted);
  });
}

bool Control::EndSession(const std::string& user, const std::string& session_id) {
  bool ended = false;
  With([&](gateway::Sessions& sessions) { ended = sessions.EndSession(user, session_id); });
  return ended;
}

void Control::Drain(ServerId server, bool drain) {
  Withhold(server, &Withheld::by_operator, drain);
  if (const ServerEntryPtr entry = Server(server)) Save(*entry);
}

void Control::Withhold(ServerId server, bool Withheld::*reason, bool withhold) {
  bool drain = false;
  {
    const std::lock_guard lock(servers_mutex_);
    if (!servers_.contains(server)) return;
    Withheld& withheld = withheld_[server];
    withheld.*reason = withhold;
    drain = withheld.by_operator || withheld.unlisted;
    if (!drain) withheld_.erase(server);
  }
  With([&](gateway::Sessions& sessions) { sessions.Drain(server, drain); });
}

std::set<ServerId> Control::Draining() const {
  const std::lock_guard lock(servers_mutex_);
  std::set<ServerId> draining;
  for (const auto& [server, withheld] : withheld_) draining.insert(server);
  return draining;
}

void Control::Save(const ServerEntry& entry) {
  if (!state_ || entry.address.pid != 0) return;
  SavedServer saved{entry.id,           entry.address.servers, entry.address.host,
                    entry.address.port, entry.probe_session,   entry.instance};
  {
    const std::lock_guard lock(servers_mutex_);
    const auto withheld = withheld_.find(entry.id);
    saved.drained = withheld != withheld_.end() && withheld->second.by_operator;
  }
  state_->Save(saved);
}

std::set<ServerId> Control::Retiring() const {
  const std::lock_guard lock(mutex_);
  return sessions_.Retiring();
}

std::map<std::string, int> Control::Launching() const {
  const std::lock_guard lock(servers_mutex_);
  return launching_;
}

void Control::CountLaunch(const std::string& pool, int by) {
  const std::lock_guard lock(servers_mutex_);
  launching_[pool] = std::max(launching_[pool] + by, 0);
}

std::vector<SessionView> Control::Sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_.List();
}

std::vector<ServerEntryPtr> Control::Servers() const {
  const std::lock_guard lock(servers_mutex_);
  std::vector<ServerEntryPtr> servers;
  for (const auto& [id, entry] : servers_) servers.push_back(entry);
  return servers;
}

ServerEntryPtr Control::Server(ServerId id) const {
  const std::lock_guard lock(servers_mutex_);
  const auto found = servers_.find(id);
  return found == servers_.end() ? nullptr : found->second;
}

void Control::Suspect(ServerId id, EventLoop& loop, std::function<void(Verdict)> verdict) {
  loop_.Post([this, id, &loop, verdict = std::move(verdict)] {
    const auto answer = [&loop, verdict](Verdict found) { loop.Post([verdict, found] { verdict(found); }); };
    if (const std::shared_ptr<ServerWatch> watch = WatchOf(id)) {
      watch->Suspect(id, answer);
    } else {
      answer(Verdict::kLost);
    }
  });
}

std::shared_ptr<ServerWatch> Control::WatchOf(ServerId id) const {
  const ServerEntryPtr entry = Server(id);
  if (!entry) return nullptr;
  const auto found = watches_.find(entry->address.id);
  return found == watches_.end() ? nullptr : found->second;
}

void Control::Apply(std::vector<Effect> effects) {
  for (const Effect& effect : effects) {
    switch (effect.kind) {
      case Effect::Kind::kReleaseSession:
        loop_.Post([this, effect] { Release(effect); });
        break;
      case Effect::Kind::kLaunch:
        CountLaunch(effect.servers, 1);
        directory_.Launch(effect.servers, effect.route);
        break;
      case Effect::Kind::kStop:
        if (const ServerEntryPtr entry = Server(effect.server)) directory_.Stop(entry->address.id);
        break;
      case Effect::Kind::kSave:
        break;  // was done under the lock
      case Effect::Kind::kResume:
        Resume(effect);
        break;
      case Effect::Kind::kSessionCreated:
      case Effect::Kind::kSessionEnded:
        Count(effect);
        break;
    }
  }
}

void Control::Count(const Effect& effect) {
  const bool created = effect.kind == Effect::Kind::kSessionCreated;
  log::Event(created ? "session created" : "session ended", {{"session_id", effect.session_id},
                                                             {"environment", effect.route.environment},
                                                             {"namespace", effect.route.namespace_name},
                                                             {"reason", effect.reason}});
  const std::pair key{effect.user, effect.session_id};
  const std::lock_guard lock(servers_mutex_);
  if (created) {
    began_[key] = clock_.Steady();
    metrics_.SessionCreated();
  } else if (const auto found = began_.find(key); found != began_.end()) {
    metrics_.SessionEnded(clock_.Steady() - found->second, effect.reason == "idle" || effect.reason == "lifetime");
    began_.erase(found);
  }
}

void Control::Release(const Effect& effect) {
  const std::shared_ptr<ServerWatch> watch = WatchOf(effect.server);
  if (!watch || !watch->connection()) return;  // its session ends there by its own time to live
  CallUnary(*watch->connection(), loop_, "ReleaseSession", watch->entry()->token,
            ReleaseSessionRequest(effect.session_id, effect.user, kClientType), kReleaseTime,
            [](const UnaryOutcome&) {});
}

void Control::Open(const Decision& decision, const std::string& session_id, const ConfigPairs& config,
                   std::function<void(std::optional<Refusal>)> done) {
  const auto end = [this, ticket = decision.ticket, done = std::move(done)](const UnaryOutcome& outcome) {
    const bool accepted = outcome.answered && outcome.code == Code::kOk;
    CallEnded(ticket, outcome.answered ? CallEnd::kDone : CallEnd::kServerLost, accepted);
    done(accepted ? std::nullopt : std::optional(RefusalOf(outcome)));
  };
  const auto set_own = [this, decision, session_id, config, end] {
    SetConfig(decision, session_id, config, false, end);
  };
  loop_.Post([this, decision, session_id, end, set_own] {
    if (decision.replay.empty()) return set_own();
    SetConfig(decision, session_id, decision.replay, true, [this, decision, end, set_own](const UnaryOutcome& outcome) {
      if (!outcome.answered || outcome.code != Code::kOk) return end(outcome);
      ReplayDone(decision.ticket, ServerSideSessionId(Method::kConfig, outcome.body),
                 ConfigResponseWarnings(outcome.body));
      set_own();
    });
  });
}

void Control::SetConfig(const Decision& decision, const std::string& session_id, const ConfigPairs& pairs, bool silent,
                        std::function<void(const UnaryOutcome&)> done) {
  const std::shared_ptr<ServerWatch> watch = WatchOf(decision.server);
  if (!watch || !watch->connection() || watch->entry()->id != decision.server) return done({});
  CallUnary(*watch->connection(), loop_, "Config", watch->entry()->token,
            ConfigSetRequest(session_id, decision.user, kClientType, pairs, silent), kOpenTime, std::move(done));
}

Result<ServerEntry> Control::Blueprint(const ServerAddress& server) const {
  const std::shared_ptr<const GatewayConfig> config = config_.load();
  const ServersConfig* servers = config->FindServers(server.servers);
  if (!servers) return Status::Error(fmt::format("there is no [servers.{}]", server.servers));
  ServerEntry entry;
  entry.address = server;
  entry.probe_timeout = servers->probe_timeout;
  if (servers->tls.enabled) {
    Result<TlsContext> tls = ClientContext(servers->tls);
    if (!tls) return tls.status();
    entry.tls = std::move(*tls);
    entry.tls_name = servers->tls.server_name.empty() ? server.host : servers->tls.server_name;
  }
  if (!servers->token_file.empty()) {
    Result<std::string> token = ReadToken(servers->token_file);
    if (!token) return token.status();
    entry.token = std::move(*token);
  }
  return entry;
}

ServerId Control::KeyOf(ServerId listed) const {
  const auto found = claimed_.find(listed);
  return found == claimed_.end() ? listed : found->second;
}

std::shared_ptr<ServerWatch> Control::WatchOfListed(const ServerAddress& server) {
  if (auto known = unclaimed_.extract({server.servers, server.host, server.port}); !known.empty()) {
    claimed_[server.id] = known.mapped();
  }
  const auto found = watches_.find(KeyOf(server.id));
  if (found == watches_.end()) return nullptr;
  if (!found->second->stopped()) return found->second;
  // It was lost while nobody listed it: what stands there now is another server.
  watches_.erase(found);
  claimed_.erase(server.id);
  return nullptr;
}

void Control::ServerAppeared(const ServerAddress& server) {
  loop_.Post([this, server] {
    if (const std::shared_ptr<ServerWatch> known = WatchOfListed(server)) {  // listed again
      known->SetListed(true);
      if (known->entry()) Withhold(known->entry()->id, &Withheld::unlisted, false);
      return;
    }
    Result<ServerEntry> entry = Blueprint(server);
    if (!entry) {
      log::Error("server {}:{} is not used: {}", server.host, server.port, entry.error());
      return;
    }
    const ServersConfig* servers = config_.load()->FindServers(server.servers);
    auto watch = std::make_shared<ServerWatch>(loop_, *this, std::move(*entry), servers->probe_interval);
    watches_[server.id] = watch;
    watch->Start();
    if (server.pid > 0) loop_.After(servers->pool.start_timeout, [this, server] { GiveUpIfNotReady(server); });
  });
}

void Control::ServerUnlisted(ServerId server) {
  loop_.Post([this, server] {
    const auto found = watches_.find(KeyOf(server));
    if (found == watches_.end()) return;
    found->second->SetListed(false);
    if (found->second->entry()) Withhold(found->second->entry()->id, &Withheld::unlisted, true);
  });
}

void Control::ServerDied(ServerId server, const std::string& why) {
  loop_.Post([this, server, why] {
    const auto found = watches_.find(KeyOf(server));
    if (found == watches_.end()) return;
    const std::shared_ptr<ServerWatch> watch = std::move(found->second);
    watches_.erase(found);
    claimed_.erase(server);
    const ServerAddress address = watch->address();
    const bool was_ready = watch->was_ready();
    watch->Died(why);
    if (!was_ready && address.pid > 0) LaunchFailed(address.servers, why, address.owner);
  });
}

void Control::LaunchFailed(const std::string& servers, const std::string& message, const std::string& owner) {
  CountLaunch(servers, -1);
  metrics_.ProxyError("launch_failed");
  log::Error("a server of pool {} could not be started: {}", servers, message);
  With([&](gateway::Sessions& sessions) { sessions.LaunchFailed(servers, message, owner); });
}

void Control::GiveUpIfNotReady(const ServerAddress& server) {
  const auto found = watches_.find(server.id);
  if (found == watches_.end() || found->second->was_ready()) return;
  const std::shared_ptr<ServerWatch> watch = std::move(found->second);
  watches_.erase(found);
  watch->Stop();
  directory_.Stop(server.id);
  LaunchFailed(server.servers, "it listens, but does not answer as a Spark Connect server", server.owner);
}

void Control::OnServerReady(const ServerEntryPtr& entry) {
  {
    const std::lock_guard lock(servers_mutex_);
    servers_[entry->id] = entry;
  }
  if (entry->address.pid != 0) CountLaunch(entry->address.servers, -1);
  Save(*entry);
  log::Event("server ready", {{"servers", entry->address.servers}, {"address", entry->Text()}});
  With([&](gateway::Sessions& sessions) {
    sessions.ServerReady(entry->id, entry->address.servers, entry->address.owner);
  });
}

void Control::OnServerReachable(const ServerEntryPtr& entry, bool reachable) {
  if (!reachable) metrics_.ProxyError("server_unreachable");
  log::Event(reachable ? "server answers again" : "server does not answer", {{"address", entry->Text()}});
  With([&](gateway::Sessions& sessions) {
    if (reachable) {
      sessions.ServerReady(entry->id, entry->address.servers, entry->address.owner);
    } else {
      sessions.ServerUnreachable(entry->id);
    }
  });
}

void Control::OnServerLost(const ServerEntryPtr& entry, const std::string& why) {
  {
    const std::lock_guard lock(servers_mutex_);
    servers_.erase(entry->id);
    withheld_.erase(entry->id);
  }
  metrics_.ProxyError("server_lost");
  log::Event("server lost", {{"servers", entry->address.servers}, {"address", entry->Text()}, {"reason", why}});
  With([&](gateway::Sessions& sessions) { sessions.ServerLost(entry->id); });
  if (state_) state_->ForgetServer(entry->id);
  for (ServerLossListener* loop : loops_) loop->ServerLost(entry->id);
}

}  // namespace firesteel::gateway
