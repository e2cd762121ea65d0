#pragma once

#include <string>

#include "gateway/config/config.h"

namespace firesteel::gateway {

/// What a configuration means, in some lines for a person: listeners, who may call, where each environment's sessions
/// go, servers, pools and quotas. Without tokens and their digests; ends with a newline. Thread-safe.
std::string ExplainConfig(const GatewayConfig& config);

}  // namespace firesteel::gateway
