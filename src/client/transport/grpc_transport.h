#pragma once

#include "client/config/connection_settings.h"
#include "client/transport/transport.h"
#include "firesteel/error.h"

namespace firesteel::client {

/// A channel to the server of the settings: TLS, keepalive, messages of at most 128 MiB. Connects at the first call.
/// Errors: PEM files that cannot be read.
Result<TransportPtr> MakeGrpcTransport(const ConnectionSettings& settings);

}  // namespace firesteel::client
