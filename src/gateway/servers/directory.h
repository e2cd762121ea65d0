#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/sessions/sessions.h"

/// Which servers there are: lists, names, watched files, Kubernetes, and pools of processes started here.
namespace firesteel::gateway {

struct ServerAddress {
  ServerId id = 0;
  std::string servers;  ///< its [servers.NAME]
  std::string host;     ///< a name or address; resolved when connected
  uint16_t port = 0;
  int pid = 0;        ///< of pools' processes
  std::string owner;  ///< of pools' processes: route.user of the launch
};

/// Told from the directory's own thread, with none of its locks held; must not block. A server that is listed again
/// appears again with its id, unless it was given up by Directory::Stop meanwhile.
class DirectoryListener {
 public:
  virtual ~DirectoryListener() = default;
  virtual void ServerAppeared(const ServerAddress& server) = 0;
  /// No longer listed: existing sessions may go on, new ones go elsewhere.
  virtual void ServerUnlisted(ServerId server) = 0;
  /// A process of a pool ended (`why`: "exit status 1", "signal 9"), or another pod stands at the address: its sessions
  /// are lost.
  virtual void ServerDied(ServerId server, const std::string& why) = 0;
  /// `owner`: route.user of the launch.
  virtual void LaunchFailed(const std::string& servers, const std::string& message, const std::string& owner) = 0;
};

/// Watches and launches. Thread-safe; not to be destroyed from the listener, nor with a lock held that the listener
/// takes. Processes that it started end with it: the destructor takes as long as the longest stop_grace at most.
class Directory {
 public:
  Directory(std::shared_ptr<const GatewayConfig> config, DirectoryListener& listener);
  ~Directory();

  /// Begins to watch; the static lists are told before it returns.
  void Start();
  void Configure(std::shared_ptr<const GatewayConfig> config);
  /// Starts a process of a pool; ends in ServerAppeared (its port accepts connections) or LaunchFailed.
  void Launch(const std::string& servers, const Route& owner);
  /// SIGTERM, after the grace SIGKILL. No ServerDied follows. A server of a list that is no longer listed is given up.
  void Stop(ServerId server);
  std::vector<ServerAddress> List() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace firesteel::gateway
