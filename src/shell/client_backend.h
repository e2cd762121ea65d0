#pragma once

#include <memory>

#include "shell/backend.h"

namespace firesteel::shell {

/// Opens a session by the client library. Where no source names a server, that is a server of our own, started as a
/// child and ended with the session: see client::Resolve.
Result<std::unique_ptr<Backend>> ConnectClient(const client::RequestedSettings& settings);

}  // namespace firesteel::shell
