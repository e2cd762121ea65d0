#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/refusal.h"
#include "gateway/sessions/sessions.h"

/// What clients say of their route: headers <prefix>team, <prefix>environment (or <prefix>env) and <prefix>user, the
/// host name that they connected to, and keys of Config.Set. Pure functions, thread-safe.
namespace firesteel::gateway {

/// `metadata`: names in lower case. INVALID_ARGUMENT where a header is given twice with different values or its value
/// is not 1–256 printable ASCII characters. `authority` may have a port.
std::variant<RouteHints, Refusal> HintsOfMetadata(const RoutingConfig& routing,
                                                  const std::vector<std::pair<std::string, std::string>>& metadata,
                                                  std::string_view authority);

/// The keys spark.connect.grpc.header.<header>, then <header> alone, then x-team, x-environment (x-env) and x-user: the
/// first form that is there counts, the last value of a key that is given twice. Values are as sent, not yet checked:
/// ResolveRoute does.
RouteHints HintsOfConfig(const RoutingConfig& routing,
                         const std::vector<std::pair<std::string, std::optional<std::string>>>& pairs);

/// What is wrong with a team's, environment's or user's name as a client gives it ("is longer than 256 bytes"); nothing
/// where it may be used.
std::optional<std::string> RouteNameFault(std::string_view value);
/// The same of a user's name that a token, certificate or user context gives: it may be of any script, or empty.
std::optional<std::string> UserNameFault(std::string_view user);

}  // namespace firesteel::gateway
