#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/ascii_case.h"
#include "gateway/config/sections.h"

namespace firesteel::gateway {
namespace {

void CheckPrefix(TableReader& table, std::string& prefix) {
  prefix = AsciiLower(prefix);
  if (prefix.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") != std::string::npos) {
    table.Error("header_prefix",
                fmt::format("is '{}', but headers' names have only letters, digits, '-', '_' and '.'", prefix));
  } else if (prefix.starts_with("grpc-")) {
    table.Error("header_prefix", "begins with grpc-, which belongs to gRPC itself");
  }
}

void CheckEnvironment(TableReader& table, std::string_view key, const std::string& name) {
  const std::vector<std::string>& known = table.reading().environments;
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  const std::string meant = NearestName(name, known);
  table.Error(key,
              fmt::format("is '{}', but there is no [environments.{}]; known: {}{}", name, name, fmt::join(known, ", "),
                          meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant)));
}

void ReadAuthority(TableReader& table, RoutingConfig& routing) {
  AuthorityRule rule;
  table.Require("host", "the host name that clients connect to");
  if (table.Text("host", rule.host)) {
    rule.host = AsciiLower(rule.host);
    std::string_view host = rule.host;
    if (host.starts_with("*.")) host.remove_prefix(2);
    if (host.empty() || host.find_first_of("*/ \t") != std::string_view::npos || ParseHostPort(host)) {
      table.Error("host", fmt::format("is '{}', but must be a host name without a port, or '*.' and the end of one",
                                      rule.host));
    }
  }
  if (table.Text("team", rule.team)) CheckRouteName(table, "team", rule.team);
  if (table.Text("environment", rule.environment)) CheckEnvironment(table, "environment", rule.environment);
  if (!table.Has("team") && !table.Has("environment")) {
    table.Require("environment", "a host name means an environment, a team, or both");
  }
  table.Finish();
  routing.authorities.push_back(std::move(rule));
}

/// A star elsewhere would never match, and nobody would see why.
void CheckPattern(TableReader& table, std::string_view key, const std::string& pattern) {
  const size_t star = pattern.find('*');
  if (star != std::string::npos && star + 1 != pattern.size()) {
    table.Error(key, fmt::format("is '{}', but '*' may only be the last character", pattern));
  }
}

void ReadRule(TableReader& table, RoutingConfig& routing) {
  RoutingRule rule;
  if (table.Text("team", rule.team)) CheckPattern(table, "team", rule.team);
  if (table.Text("user", rule.user)) CheckPattern(table, "user", rule.user);
  if (table.Text("environment", rule.environment)) {
    CheckPattern(table, "environment", rule.environment);
    if (rule.environment.find('*') == std::string::npos) CheckEnvironment(table, "environment", rule.environment);
  }
  if (!table.Has("team") && !table.Has("user") && !table.Has("environment")) {
    table.Require("team", "a rule says whom it is for by team, environment or user");
  }
  table.Require("servers", "which [servers.NAME] the rule's sessions go to");
  ReadWeightedServers(table, rule.servers);
  table.Finish();
  routing.rules.push_back(std::move(rule));
}

}  // namespace

void ReadRouting(TableReader& root, GatewayConfig& config) {
  std::optional<TableReader> table = root.Table("routing");
  if (!table) return;
  RoutingConfig& routing = config.routing;
  if (table->Text("header_prefix", routing.header_prefix)) CheckPrefix(*table, routing.header_prefix);
  if (table->Text("default_team", routing.default_team)) CheckRouteName(*table, "default_team", routing.default_team);
  if (table->Text("default_environment", routing.default_environment)) {
    CheckEnvironment(*table, "default_environment", routing.default_environment);
  }
  table->Tables("authority", [&](TableReader& authority) { ReadAuthority(authority, routing); });
  table->Tables("rule", [&](TableReader& rule) { ReadRule(rule, routing); });
  table->Finish();
}

}  // namespace firesteel::gateway
