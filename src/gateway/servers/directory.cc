#include "gateway/servers/directory.h"

#include <atomic>
#include <map>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "gateway/servers/address_list.h"
#include "gateway/servers/listener_queue.h"
#include "gateway/servers/process_launcher.h"
#include "gateway/servers/sources.h"

namespace firesteel::gateway {
namespace {

using Sources = std::vector<std::unique_ptr<SourceThread>>;

/// The same list from the same place: nothing is to be begun anew.
bool SameSource(const ServersConfig& a, const ServersConfig& b) {
  const KubernetesConfig &x = a.kubernetes, &y = b.kubernetes;
  return a.discovery == b.discovery && a.addresses == b.addresses && a.file == b.file && x.api_url == y.api_url &&
         x.token_file == y.token_file && x.ca_file == y.ca_file && x.namespace_name == y.namespace_name &&
         x.service == y.service && x.port_name == y.port_name;
}

}  // namespace

class Directory::Implementation {
 public:
  Implementation(std::shared_ptr<const GatewayConfig> config, DirectoryListener& listener)
      : config_(std::move(config)), queue_(listener), launcher_(queue_, [this] { return NextId(); }) {}

  ~Implementation() {
    Sources ended;
    {
      std::lock_guard lock(mutex_);
      for (auto& [name, set] : sets_) ended.push_back(std::move(set.source));
    }
  }

  void Start() {
    {
      std::lock_guard lock(mutex_);
      if (started_) return;
      started_ = true;
      Apply();  // there are no sources that could end
    }
    queue_.Flush();
  }

  void Configure(std::shared_ptr<const GatewayConfig> config) {
    Sources ended;  // destroyed behind the lock, for which their threads may be waiting
    {
      std::lock_guard lock(mutex_);
      config_ = std::move(config);
      if (started_) ended = Apply();
    }
  }

  void Launch(const std::string& servers, const Route& owner) {
    std::lock_guard lock(mutex_);
    const ServersConfig* set = started_ ? config_->FindServers(servers) : nullptr;
    if (set == nullptr || set->discovery != Discovery::kPool) {
      queue_.Post([servers, user = owner.user](DirectoryListener& listener) {
        listener.LaunchFailed(servers, "servers " + servers + ": cannot start a server: it is no pool", user);
      });
      return;
    }
    launcher_.Launch(servers, set->pool, owner);
  }

  void Stop(ServerId server) {
    if (launcher_.Stop(server)) return;
    std::lock_guard lock(mutex_);
    for (auto& [name, set] : sets_) {
      if (set.list.Forget(server)) return;
    }
  }

  std::vector<ServerAddress> List() const {
    std::vector<ServerAddress> all = launcher_.List();
    std::lock_guard lock(mutex_);
    for (const auto& [name, set] : sets_) {
      for (ServerAddress& address : set.list.Listed()) all.push_back(std::move(address));
    }
    return all;
  }

 private:
  struct Set {
    explicit Set(const std::string& name) : list(name) {}

    ServersConfig config;
    AddressList list;
    uint64_t generation = 0;  ///< of the source: what an earlier one still reports does not count
    std::unique_ptr<SourceThread> source;
  };

  ServerId NextId() { return ++last_id_; }

  // Makes the sets what the configuration says. Gives the sources that are to end.
  Sources Apply() {
    Sources ended;
    for (const ServersConfig& config : config_->servers) sets_.try_emplace(config.name, config.name);
    // A set stays when its name is gone, with the servers that it once had: they keep their ids if it comes back.
    for (auto& [name, set] : sets_) {
      const ServersConfig* config = config_->FindServers(name);
      launcher_.SetListed(name, config != nullptr && config->discovery == Discovery::kPool);
      const bool watched = set.source != nullptr;
      if (watched && config != nullptr && SameSource(set.config, *config)) continue;
      if (watched) ended.push_back(std::move(set.source));
      ++set.generation;
      set.config = config != nullptr ? *config : ServersConfig{};
      if (config == nullptr || config->discovery == Discovery::kPool) {
        Update(set, {});
      } else if (config->discovery == Discovery::kStatic) {
        Update(set, StaticEndpoints(*config));
      } else {
        // What was listed stays until the source has its first answer.
        set.source = SourceOf(*config, [this, name = name, generation = set.generation](auto endpoints) {
          Report(name, generation, endpoints);
        });
      }
    }
    return ended;
  }

  static std::vector<ServerEndpoint> StaticEndpoints(const ServersConfig& config) {
    std::vector<ServerEndpoint> endpoints;
    for (const std::string& address : config.addresses) {
      Result<ServerEndpoint> endpoint = ParseEndpoint(address);
      if (endpoint.ok()) {
        endpoints.push_back(std::move(*endpoint));
      } else {
        log::Warn("servers {}: the address \"{}\" {}", config.name, address, endpoint.error());
      }
    }
    return endpoints;
  }

  static std::unique_ptr<SourceThread> SourceOf(const ServersConfig& config, OnEndpoints on_endpoints) {
    switch (config.discovery) {
      case Discovery::kDns:
        return WatchNames(config.name, config.addresses, std::move(on_endpoints));
      case Discovery::kFile:
        return WatchFile(config.name, config.file, std::move(on_endpoints));
      case Discovery::kKubernetes:
        return WatchKubernetes(config.name, config.kubernetes, std::move(on_endpoints));
      case Discovery::kStatic:
      case Discovery::kPool:
        break;
    }
    return nullptr;
  }

  // On the source's thread.
  void Report(const std::string& name, uint64_t generation, const std::vector<ServerEndpoint>& endpoints) {
    std::lock_guard lock(mutex_);
    const auto found = sets_.find(name);
    if (found != sets_.end() && found->second.generation == generation) Update(found->second, endpoints);
  }

  // Posts with the lock held, so that changes are told in the order in which they were made.
  void Update(Set& set, const std::vector<ServerEndpoint>& endpoints) {
    const AddressList::Changes changes = set.list.Update(endpoints, [this] { return NextId(); });
    for (const ServerId id : changes.gone) {
      queue_.Post(
          [id](DirectoryListener& listener) { listener.ServerDied(id, "another server stands at its address now"); });
    }
    for (const ServerId id : changes.unlisted) {
      queue_.Post([id](DirectoryListener& listener) { listener.ServerUnlisted(id); });
    }
    for (const ServerAddress& address : changes.appeared) {
      queue_.Post([address](DirectoryListener& listener) { listener.ServerAppeared(address); });
    }
  }

  std::atomic<ServerId> last_id_{0};
  mutable std::mutex mutex_;
  std::shared_ptr<const GatewayConfig> config_;
  bool started_ = false;
  std::map<std::string, Set> sets_;
  ListenerQueue queue_;
  ProcessLauncher launcher_;  ///< tells the queue, so it ends first
};

Directory::Directory(std::shared_ptr<const GatewayConfig> config, DirectoryListener& listener)
    : implementation_(std::make_unique<Implementation>(std::move(config), listener)) {}
Directory::~Directory() = default;

void Directory::Start() { implementation_->Start(); }
void Directory::Configure(std::shared_ptr<const GatewayConfig> config) {
  implementation_->Configure(std::move(config));
}
void Directory::Launch(const std::string& servers, const Route& owner) { implementation_->Launch(servers, owner); }
void Directory::Stop(ServerId server) { implementation_->Stop(server); }
std::vector<ServerAddress> Directory::List() const { return implementation_->List(); }

}  // namespace firesteel::gateway
