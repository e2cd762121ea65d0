#include "gateway/routing/resolve_route.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "gateway/routing/route_hints.h"
#include "gateway/routing/templates.h"

namespace firesteel::gateway {
namespace {

/// A part of the route and who said so, for messages.
struct Said {
  std::string value;
  std::string_view by;
};

std::optional<Said> FirstOf(std::initializer_list<std::pair<const std::optional<std::string>*, std::string_view>> all) {
  for (const auto& [value, by] : all) {
    if (value != nullptr && *value) return Said{**value, by};
  }
  return std::nullopt;
}

constexpr std::string_view kMetadata = "the call's headers";
constexpr std::string_view kAuthority = "the host name of the connection";
constexpr std::string_view kConfigSet = "the session's configuration";
constexpr std::string_view kParent = "the parent session";

template <class Names>
std::string Listed(const Names& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string KnownEnvironments(const GatewayConfig& config) {
  std::vector<std::string> names;
  for (const Environment& environment : config.environments) names.push_back(environment.name);
  return Listed(names);
}

bool Matches(std::string_view pattern, std::string_view value) {
  if (pattern.empty()) return true;
  if (!pattern.ends_with('*')) return pattern == value;
  pattern.remove_suffix(1);
  return value.starts_with(pattern);
}

std::variant<std::string, Refusal> UserOf(const Identity& identity, const std::string& claimed_user,
                                          const RouteHints& metadata, const RouteHints& from_config_set) {
  const std::optional<Said> said = FirstOf({{&metadata.user, kMetadata}, {&from_config_set.user, kConfigSet}});
  if (!identity.user.empty()) {
    for (const auto* hint : {&metadata.user, &from_config_set.user}) {
      if (*hint && **hint != identity.user) {
        return Denied(fmt::format("{} say the user is '{}', but the token or certificate proves '{}'",
                                  hint == &metadata.user ? kMetadata : kConfigSet, **hint, identity.user));
      }
    }
  } else if (said) {
    if (auto fault = RouteNameFault(said->value)) {
      return Invalid(fmt::format("the user's name that {} gives {}", said->by, *fault));
    }
    return said->value;
  }
  const std::string& user = identity.user.empty() ? claimed_user : identity.user;
  if (auto fault = UserNameFault(user)) return Invalid(fmt::format("the user's name {}", *fault));
  return user;
}

std::variant<std::string, Refusal> TeamOf(const RoutingConfig& routing, const Identity& identity,
                                          const std::optional<Said>& said) {
  const auto may_use = [&](const std::string& team) {
    return identity.teams.empty() ||
           std::find(identity.teams.begin(), identity.teams.end(), team) != identity.teams.end();
  };
  if (!said) return may_use(routing.default_team) ? routing.default_team : identity.teams.front();
  if (auto fault = RouteNameFault(said->value)) {
    return Invalid(fmt::format("the team's name that {} gives {}", said->by, *fault));
  }
  if (may_use(said->value)) return said->value;
  return Denied(fmt::format("{} names the team '{}', but user '{}' may only use: {}", said->by, said->value,
                            identity.user, Listed(identity.teams)));
}

std::variant<const Environment*, Refusal> EnvironmentOf(const GatewayConfig& config, const std::optional<Said>& said) {
  const std::string& prefix = config.routing.header_prefix;
  if (said) {
    if (const Environment* environment = config.FindEnvironment(said->value)) return environment;
    if (auto fault = RouteNameFault(said->value)) {  // not repeated in the message
      return Invalid(fmt::format("the environment's name that {} gives {}; known: {}", said->by, *fault,
                                 KnownEnvironments(config)));
    }
    return Invalid(fmt::format("{} names the environment '{}', which does not exist; known: {}", said->by, said->value,
                               KnownEnvironments(config)));
  }
  if (const Environment* environment = config.FindEnvironment(config.routing.default_environment)) return environment;
  if (config.environments.size() == 1) return &config.environments.front();
  return Invalid(
      fmt::format("no environment is named and the gateway has no default one; set the header {}environment, "
                  "or the configuration spark.connect.grpc.header.{}environment, to one of: {}",
                  prefix, prefix, KnownEnvironments(config)));
}

}  // namespace

std::variant<ResolvedRoute, Refusal> ResolveRoute(const GatewayConfig& config, const Identity& identity,
                                                  const std::string& claimed_user, const RouteHints& metadata,
                                                  const RouteHints& from_config_set, const Route* parent) {
  auto user = UserOf(identity, claimed_user, metadata, from_config_set);
  if (auto* refusal = std::get_if<Refusal>(&user)) return std::move(*refusal);

  std::optional<std::string> parent_team;
  std::optional<std::string> parent_environment;
  if (parent != nullptr && !identity.user.empty() && parent->user == identity.user) {
    parent_team = parent->team;
    parent_environment = parent->environment;
  }
  auto team = TeamOf(config.routing, identity,
                     FirstOf({{&metadata.team, kMetadata},
                              {&metadata.authority_team, kAuthority},
                              {&from_config_set.team, kConfigSet},
                              {&parent_team, kParent}}));
  if (auto* refusal = std::get_if<Refusal>(&team)) return std::move(*refusal);
  auto environment = EnvironmentOf(config, FirstOf({{&metadata.environment, kMetadata},
                                                    {&metadata.authority_environment, kAuthority},
                                                    {&from_config_set.environment, kConfigSet},
                                                    {&parent_environment, kParent}}));
  if (auto* refusal = std::get_if<Refusal>(&environment)) return std::move(*refusal);

  ResolvedRoute resolved;
  resolved.environment = std::get<const Environment*>(environment);
  Route& route = resolved.route;
  route.team = std::get<std::string>(std::move(team));
  route.user = std::get<std::string>(std::move(user));
  route.environment = resolved.environment->name;
  route.namespace_name =
      ExpandNamespace(resolved.environment->namespace_template, route.team, route.environment, route.user);

  const auto& rules = config.routing.rules;
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const RoutingRule& r) {
    return Matches(r.team, route.team) && Matches(r.environment, route.environment) && Matches(r.user, route.user);
  });
  resolved.servers = rule == rules.end() ? resolved.environment->servers : rule->servers;
  return resolved;
}

}  // namespace firesteel::gateway
