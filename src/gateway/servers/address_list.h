#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/servers/directory.h"
#include "gateway/servers/server_endpoint.h"

namespace firesteel::gateway {

/// The servers of one [servers.NAME] that a source lists, and those that it listed once: what is no longer listed is
/// remembered, because sessions may still live there, so that it is the same server when it is listed again.
/// Not thread-safe.
class AddressList {
 public:
  /// What the listener is to be told, in this order.
  struct Changes {
    std::vector<ServerId> gone;  ///< another server stands at the address now: these will not come back
    std::vector<ServerId> unlisted;
    std::vector<ServerAddress> appeared;
  };
  using NextId = std::function<ServerId()>;

  explicit AddressList(std::string servers) : servers_(std::move(servers)) {}

  /// Makes `wanted` (repetitions count once) what is listed.
  Changes Update(const std::vector<ServerEndpoint>& wanted, const NextId& next_id);
  /// The server is given up: when its address is listed again, it is another server. False where it is still listed or
  /// not of this list.
  bool Forget(ServerId id);
  std::vector<ServerAddress> Listed() const;

 private:
  struct Entry {
    ServerId id = 0;
    std::string instance;
    bool listed = true;
  };
  using Key = std::pair<std::string, uint16_t>;

  ServerAddress AddressOf(const Key& key, ServerId id) const { return {id, servers_, key.first, key.second, 0}; }
  void ForgetOldest();

  std::string servers_;
  std::map<Key, Entry> entries_;
};

}  // namespace firesteel::gateway
