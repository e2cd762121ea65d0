#pragma once

#include <string>
#include <variant>
#include <vector>

#include "gateway/auth/identity.h"
#include "gateway/config/config.h"
#include "gateway/refusal.h"
#include "gateway/sessions/sessions.h"

namespace firesteel::gateway {

struct ResolvedRoute {
  Route route;
  const Environment* environment = nullptr;  ///< lives as long as the configuration
  std::vector<WeightedServers> servers;      ///< of the first rule that matches, else of the environment; not empty
};

/// Where a new session goes. Team and environment each by the first of: metadata, `:authority`, the first Config.Set,
/// the parent session, the configured default (the only environment, where none is configured).
///
/// The user is the verified one; for anonymous callers the first of metadata, Config.Set and `claimed_user`. `parent`
/// (may be null) counts only for a verified user who is also the parent's: anonymous callers could name anyone's.
///
/// INVALID_ARGUMENT: an unknown environment, none at all, or a name that may not be one. PERMISSION_DENIED: a user
/// header that disagrees with the verified user, or a team that the identity may not name. A caller who names no team
/// and may not use the default one gets the first of its own. A pure function, thread-safe.
std::variant<ResolvedRoute, Refusal> ResolveRoute(const GatewayConfig& config, const Identity& identity,
                                                  const std::string& claimed_user, const RouteHints& metadata,
                                                  const RouteHints& from_config_set, const Route* parent);

}  // namespace firesteel::gateway
