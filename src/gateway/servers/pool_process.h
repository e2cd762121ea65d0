#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gateway/config/config.h"
#include "gateway/servers/child_process.h"
#include "gateway/servers/directory.h"
#include "gateway/servers/server_output.h"

namespace firesteel::gateway {

/// Where the servers of pools listen.
inline constexpr char kPoolHost[] = "127.0.0.1";

/// What is to be started.
struct LaunchOrder {
  std::string pool;
  PoolConfig config;
  Route owner;
  bool retried = false;  ///< its first port was taken by another program
};

/// A process that was started as a server of a pool. Not thread-safe.
struct PoolProcess {
  enum class State : uint8_t { kStarting, kReady, kEnding };
  using TimePoint = std::chrono::steady_clock::time_point;

  PoolProcess(LaunchOrder what, uint16_t where, std::unique_ptr<ChildProcess> runs, TimePoint now);

  ServerAddress Address() const {
    return {id, order.pool, kPoolHost, port, static_cast<int>(child->pid()), order.owner.user};
  }
  /// Asks once whether it accepts connections, and says when to ask again (`next_probe`).
  bool IsReady(TimePoint now);
  /// Takes what it has printed, about so many bytes at most.
  void ReadOutput(size_t most);
  /// The end of a sentence about its end: what it printed last.
  std::string LastWords() const;

  const LaunchOrder order;
  const uint16_t port;
  const std::unique_ptr<ChildProcess> child;
  ServerOutput output;
  State state = State::kStarting;
  ServerId id = 0;     ///< once ready
  TimePoint deadline;  ///< kStarting: of being ready; kEnding: of SIGKILL
  TimePoint next_probe;
  std::optional<TimePoint> foreign_since;  ///< kStarting: its port accepts, but it is not seen to listen
};

}  // namespace firesteel::gateway
