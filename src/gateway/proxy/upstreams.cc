#include "gateway/proxy/upstreams.h"

#include <utility>

namespace firesteel::gateway {

std::shared_ptr<Upstream> Upstreams::To(ServerId server) {
  const auto found = upstreams_.find(server);
  if (found != upstreams_.end() && found->second->usable()) return found->second;
  ServerEntryPtr entry = control_.Server(server);
  if (!entry) return nullptr;
  // An older one that still serves calls, but takes no new ones, lives as long as they do.
  auto upstream = std::make_shared<Upstream>(loop_, std::move(entry));
  upstreams_[server] = upstream;
  return upstream;
}

void Upstreams::ServerLost(ServerId server) {
  const auto found = upstreams_.find(server);
  if (found == upstreams_.end()) return;
  const std::shared_ptr<Upstream> upstream = std::move(found->second);
  upstreams_.erase(found);
  upstream->Close("the server is lost");
}

void Upstreams::CheckTimes(std::chrono::steady_clock::time_point now) {
  for (auto each = upstreams_.begin(); each != upstreams_.end();) {
    const std::shared_ptr<Upstream> upstream = each->second;
    each = upstream->usable() || upstream->connection() ? std::next(each) : upstreams_.erase(each);
    upstream->CheckTimes(now);
  }
}

void Upstreams::CloseAll() {
  for (const auto& [id, upstream] : std::exchange(upstreams_, {})) upstream->Close("the gateway stops");
}

}  // namespace firesteel::gateway
