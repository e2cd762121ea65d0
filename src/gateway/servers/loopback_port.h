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
/// Whether a process of this group listens on it. False also where this may not be known (its user is another one), or
/// where a process elsewhere listens on behalf of the group's, as with containers. Reads /proc: a few milliseconds.
bool ListensInGroup(pid_t group, uint16_t port);

}  // namespace firesteel::gateway
