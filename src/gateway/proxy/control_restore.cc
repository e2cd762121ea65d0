#include <utility>

#include "base/log.h"
#include "gateway/proxy/control.h"

/// How control goes on where an earlier life of the gateway has ended.
namespace firesteel::gateway {
namespace {

/// The directory counts from 1: no id of its own is like these.
constexpr ServerId kRestored = ServerId{1} << 62;

}  // namespace

void Control::UseState(std::unique_ptr<StateFile> state) {
  state_ = std::move(state);
  const StateFile::Contents contents = state_->TakeContents();
  std::vector<SavedServer> restored;
  for (const SavedServer& server : contents.servers) {
    last_id_ = std::max(last_id_, server.id);
    if (RestoreServer(server)) {
      restored.push_back(server);
    } else {
      state_->ForgetServer(server.id);
    }
  }
  With([&](gateway::Sessions& sessions) {
    for (const SavedServer& server : restored) {
      sessions.RestoreServer(server.id, server.servers);
      sessions.Drain(server.id, true);  // until it is listed
    }
    for (const SavedSession& session : contents.sessions) sessions.RestoreSession(session);
  });
  if (contents.sessions.empty() && contents.servers.empty()) return;
  log::Info("goes on with {} sessions (those that ended lately among them) and {} servers", contents.sessions.size(),
            restored.size());
}

bool Control::RestoreServer(const SavedServer& saved) {
  const std::shared_ptr<const GatewayConfig> config = config_.load();
  const ServersConfig* servers = config->FindServers(saved.servers);
  if (servers == nullptr || servers->discovery == Discovery::kPool) return false;
  const ServerAddress address{kRestored + saved.id, saved.servers, saved.host, saved.port};
  Result<ServerEntry> entry = Blueprint(address);
  if (!entry) {
    log::Error("the sessions on {}:{} are lost: {}", saved.host, saved.port, entry.error());
    return false;
  }
  auto known = std::make_shared<ServerEntry>(*entry);
  known->id = saved.id;
  known->probe_session = saved.probe_session;
  known->instance = saved.instance;
  // Until the watch knows better: a call's own connection finds out whether this start still lives.
  known->reachable = std::make_shared<std::atomic<bool>>(true);
  {
    const std::lock_guard lock(servers_mutex_);
    servers_[saved.id] = known;
    withheld_[saved.id] = {.by_operator = saved.drained, .unlisted = true};
  }
  auto watch = std::make_shared<ServerWatch>(loop_, *this, std::move(*entry), servers->probe_interval, known);
  watch->SetListed(false);
  watches_[address.id] = watch;
  unclaimed_[{saved.servers, saved.host, saved.port}] = address.id;
  loop_.Post([watch] { watch->Start(); });
  return true;
}

}  // namespace firesteel::gateway
