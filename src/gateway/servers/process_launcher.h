#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/config/config.h"
#include "gateway/servers/directory.h"
#include "gateway/servers/listener_queue.h"

namespace firesteel::gateway {

/// Starts the servers of pools as processes of this machine and watches them.
///
/// A command is run by `/bin/sh -c "exec env COMMAND"`: one program, in front of which NAME=value may stand. One of
/// several steps (`cd /x && firesteel …`) is the shell's own. It must
/// stay in the foreground: one that daemonizes leaves its process group, can neither be watched nor ended, and counts
/// as ended before it was ready (Apache Spark's scripts stay with SPARK_NO_DAEMONIZE=1 in front). It gets this process'
/// environment without variables whose names look secret, nothing to read, and no other descriptor. What it prints goes
/// to the log. When the gateway is killed, the kernel kills it, though not processes that it started itself.
///
/// Ready is a server whose port accepts a connection. Where another process group listens there, as with containers,
/// two seconds more must pass in which the process does not end. A program that was there before has taken the port:
/// one that ends then is started once more, on another port.
///
/// Thread-safe. The listener is told through the queue.
class ProcessLauncher {
 public:
  using NextId = std::function<ServerId()>;
  using PickPort = std::function<Result<uint16_t>()>;

  ProcessLauncher(ListenerQueue& listener, NextId next_id);
  /// With another choice of ports than FreeLoopbackPort.
  ProcessLauncher(ListenerQueue& listener, NextId next_id, PickPort pick_port);
  /// Ends all processes: SIGTERM, after their grace SIGKILL. Nothing of that is told.
  ~ProcessLauncher();

  /// Ends in ServerAppeared or LaunchFailed. Beyond pool.most it fails; processes that are being ended are awaited.
  void Launch(const std::string& pool, const PoolConfig& config, const Route& owner);
  /// False where no such process is ready.
  bool Stop(ServerId id);
  /// A pool is no more, or is again: its ready servers are told to be unlisted, or to have appeared, and its launches
  /// fail. Processes run on until Stop.
  void SetListed(const std::string& pool, bool listed);
  /// Those that are ready, listed, and not being ended.
  std::vector<ServerAddress> List() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace firesteel::gateway
