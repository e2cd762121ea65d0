#include "gateway/servers/address_list.h"

#include <algorithm>

namespace firesteel::gateway {
namespace {

// In a cluster that replaces its pods, every one has a new address: what is remembered must end somewhere.
constexpr std::ptrdiff_t kMostUnlisted = 1000;

}  // namespace

AddressList::Changes AddressList::Update(const std::vector<ServerEndpoint>& wanted, const NextId& next_id) {
  Changes changes;
  std::map<Key, const ServerEndpoint*> unique;
  for (const ServerEndpoint& endpoint : wanted) unique.try_emplace({endpoint.host, endpoint.port}, &endpoint);

  for (auto& [key, entry] : entries_) {
    if (entry.listed && !unique.contains(key)) {
      entry.listed = false;
      changes.unlisted.push_back(entry.id);
    }
  }
  for (const auto& [key, endpoint] : unique) {
    const auto [at, is_new] = entries_.try_emplace(key);
    Entry& entry = at->second;
    const bool replaced =
        !is_new && !entry.instance.empty() && !endpoint->instance.empty() && entry.instance != endpoint->instance;
    if (replaced) changes.gone.push_back(entry.id);
    if (is_new || replaced) entry.id = next_id();
    if (is_new || replaced || !entry.listed) changes.appeared.push_back(AddressOf(key, entry.id));
    entry.listed = true;
    if (!endpoint->instance.empty()) entry.instance = endpoint->instance;
  }
  ForgetOldest();
  return changes;
}

bool AddressList::Forget(ServerId id) {
  return std::erase_if(entries_, [&](const auto& item) { return item.second.id == id && !item.second.listed; }) > 0;
}

std::vector<ServerAddress> AddressList::Listed() const {
  std::vector<ServerAddress> listed;
  for (const auto& [key, entry] : entries_) {
    if (entry.listed) listed.push_back(AddressOf(key, entry.id));
  }
  return listed;
}

// Ids grow, so the smallest is the server that was met first.
void AddressList::ForgetOldest() {
  std::vector<ServerId> unlisted;
  for (const auto& [key, entry] : entries_) {
    if (!entry.listed) unlisted.push_back(entry.id);
  }
  const std::ptrdiff_t surplus = std::ssize(unlisted) - kMostUnlisted;
  if (surplus <= 0) return;
  std::nth_element(unlisted.begin(), unlisted.begin() + surplus - 1, unlisted.end());
  const ServerId newest = unlisted[static_cast<size_t>(surplus - 1)];
  std::erase_if(entries_, [&](const auto& item) { return !item.second.listed && item.second.id <= newest; });
}

}  // namespace firesteel::gateway
