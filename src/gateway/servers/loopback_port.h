#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/result.h"

/// TCP ports of 127.0.0.1, where the servers of pools stand.
namespace firesteel::gateway {

/// A port that nobody listens on, on any address of this machine, at this moment.
Result<uint16_t> FreeLoopbackPort();
/// Whether somebody listens on it.
bool IsPortTaken(uint16_t port);
/// Whether a connection to it is accepted at once. Takes 2 ms at most.
bool AcceptsConnections(uint16_t port);
/// Who listens on a port, seen from a process group that was told to.
enum class PortHolder : uint8_t {
  kGroup,    ///< one of its processes
  kOlder,    ///< a process that was there before the group was: the port is taken
  kUnknown,  ///< a younger one, perhaps on the group's behalf, as with containers; or one that may not be looked into
};
/// `group`: whose leader lives. Reads /proc: milliseconds, more where it is not kGroup.
PortHolder FindPortHolder(pid_t group, uint16_t port);

}  // namespace firesteel::gateway
