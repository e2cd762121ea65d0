#pragma once

#include "client/config/connection_settings.h"
#include "client/transport/transport.h"

namespace firesteel::client {

/// Adds the headers of the settings and the token to every call. A token of a file or command is read anew when the
/// server refuses it, and the call made again when the token is another one. `token` is what Get() gave first.
TransportPtr WithAuthorization(TransportPtr next, const ConnectionSettings& settings, std::string token);

/// Tells `log` of every call: name, milliseconds, outcome. Never what was sent.
TransportPtr WithLogging(TransportPtr next, std::function<void(const std::string&)> log);

}  // namespace firesteel::client
