#include "gateway/config/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "gateway/config/text_values.h"

namespace firesteel::gateway {
namespace {

/// "3 servers", "1 server".
std::string Counted(size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string Joined(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

std::string Listeners(const GatewayConfig& config) {
  const ListenConfig& listen = config.listen;
  std::string tls = "without TLS";
  if (!listen.tls.certificate_file.empty()) {
    tls = fmt::format("TLS with {}", listen.tls.certificate_file);
    if (!listen.tls.client_ca_file.empty()) {
      tls +=
          listen.tls.require_client_certificate ? ", client certificates required" : ", client certificates accepted";
    }
  }
  std::string text = fmt::format(
      "Listens\n  clients: sc://{} ({}; {})\n", HostPortText(listen.host, listen.port), tls,
      listen.threads == 0 ? "a thread for each core" : Counted(static_cast<size_t>(listen.threads), "thread"));
  text += config.http.enabled ? fmt::format("  status page, metrics, REST: {}://{}/\n",
                                            config.http.tls.certificate_file.empty() ? "http" : "https",
                                            HostPortText(config.http.host, config.http.port))
                              : "  no status page, metrics or REST\n";
  text += config.state_file.empty() ? "  sessions do not outlive a restart\n"
                                    : fmt::format("  sessions outlive a restart: {}\n", config.state_file);
  text += config.audit_file.empty() ? "  no audit log\n" : fmt::format("  audit log: {}\n", config.audit_file);
  return text + fmt::format("  a stop waits {} for running calls\n", DurationText(config.drain));
}

std::string Callers(const AuthConfig& auth, const ListenConfig& listen) {
  std::string text = "Who may call\n";
  for (const JwtIssuer& jwt : auth.issuers) {
    text += fmt::format("  tokens of {} for '{}', user from '{}', {}; keys from {}\n", jwt.issuer, jwt.audience,
                        jwt.user_claim, jwt.teams_claim.empty() ? "any team" : "teams from '" + jwt.teams_claim + "'",
                        jwt.jwks_url.empty() ? jwt.jwks_file : jwt.jwks_url);
  }
  for (const StaticToken& token : auth.tokens) {
    text += fmt::format("  the token '{}' as user {}, {}{}\n", token.name, token.user,
                        token.teams.empty() ? "any team" : "teams " + Joined(token.teams),
                        token.operator_rights ? ", as an operator" : "");
  }
  if (!auth.tokens_file.empty()) text += fmt::format("  the tokens in {}\n", auth.tokens_file);
  if (auth.certificates) {
    text += fmt::format("  client certificates of {}, as the user of their common name\n", listen.tls.client_ca_file);
  }
  if (auth.anonymous) text += "  anyone without a token, as the user they say they are\n";
  return text;
}

/// "spark (2 of 3), local (1 of 3)".
std::string Shares(const std::vector<WeightedServers>& servers) {
  if (servers.size() == 1) return servers.front().servers;
  int64_t sum = 0;
  for (const WeightedServers& s : servers) sum += s.weight;
  std::vector<std::string> texts;
  for (const WeightedServers& s : servers) texts.push_back(fmt::format("{} ({} of {})", s.servers, s.weight, sum));
  return Joined(texts);
}

std::string Environments(const GatewayConfig& config) {
  const RoutingConfig& routing = config.routing;
  const std::string& only = config.environments.size() == 1 ? config.environments.front().name : "";
  const std::string& unnamed = routing.default_environment.empty() ? only : routing.default_environment;
  std::string text = fmt::format("Routes by the headers {0}team, {0}environment and {0}user\n", routing.header_prefix);
  text += fmt::format("  who names no team: {}\n  who names no environment: {}\n", routing.default_team,
                      unnamed.empty() ? "is refused" : unnamed);
  for (const AuthorityRule& rule : routing.authorities) {
    text += fmt::format("  who connects to {}:{}{}\n", rule.host, rule.team.empty() ? "" : " team " + rule.team,
                        rule.environment.empty() ? "" : " environment " + rule.environment);
  }
  text += "Environments\n";
  for (const Environment& e : config.environments) {
    text += fmt::format("  {} -> {}; sessions end after {} idle, {} in all; namespace {}\n", e.name, Shares(e.servers),
                        DurationText(e.lifetimes.idle), DurationText(e.lifetimes.lifetime), e.namespace_template);
    if (!e.catalog.empty()) text += fmt::format("    catalog {}\n", e.catalog);
    // Values may be secrets.
    for (const auto& [key, value] : e.session_config) text += fmt::format("    sets {}\n", key);
  }
  for (const RoutingRule& rule : routing.rules) {
    std::vector<std::string> parts;
    if (!rule.team.empty()) parts.push_back("team " + rule.team);
    if (!rule.environment.empty()) parts.push_back("environment " + rule.environment);
    if (!rule.user.empty()) parts.push_back("user " + rule.user);
    text += fmt::format("  but {} -> {}\n", Joined(parts), Shares(rule.servers));
  }
  return text;
}

std::string From(const ServersConfig& servers) {
  switch (servers.discovery) {
    case Discovery::kStatic:
      return Joined(servers.addresses);
    case Discovery::kDns:
      return "whatever addresses " + Joined(servers.addresses) + " has";
    case Discovery::kFile:
      return "the lines of " + servers.file;
    case Discovery::kKubernetes:
      return fmt::format("the pods of service {} in {}", servers.kubernetes.service, servers.kubernetes.namespace_name);
    case Discovery::kPool:
      break;
  }
  const PoolConfig& pool = servers.pool;
  // The program only: arguments may hold secrets of the environment.
  return fmt::format("a pool of at most {}, {} warm{}, each for {}; started by {}", pool.most, pool.warm,
                     pool.per_user ? ", one for each user" : "", DurationText(pool.time_to_live),
                     pool.command.substr(0, pool.command.find_first_of(" \t\n")));
}

std::string Servers(const GatewayConfig& config) {
  std::string text = "Servers\n";
  for (const ServersConfig& s : config.servers) {
    text += fmt::format(
        "  {}: {}{}{}{}\n", s.name, From(s), s.tls.enabled ? "; TLS" : "",
        s.token_file.empty() ? "" : "; token in " + s.token_file,
        s.max_sessions == 0 ? "" : "; at most " + Counted(static_cast<size_t>(s.max_sessions), "session") + " each");
  }
  return text;
}

std::string QuotaLine(std::string_view whose, const Quota& quota) {
  std::vector<std::string> limits;
  const auto add = [&](int limit, std::string_view thing) {
    if (limit > 0) limits.push_back(Counted(static_cast<size_t>(limit), thing));
  };
  add(quota.sessions, "session");
  add(quota.operations, "running operation");
  add(quota.requests_per_second, "request");
  if (quota.requests_per_second > 0) limits.back() += " a second";
  return fmt::format("  {}: {}\n", whose, limits.empty() ? "no limit" : Joined(limits));
}

std::string Quotas(const QuotaConfig& quotas) {
  std::string text = "Quotas\n" + QuotaLine("each user", quotas.user) + QuotaLine("each team", quotas.team);
  for (const auto& [name, quota] : quotas.users) text += QuotaLine("user " + name, quota);
  for (const auto& [name, quota] : quotas.teams) text += QuotaLine("team " + name, quota);
  return text;
}

}  // namespace

std::string ExplainConfig(const GatewayConfig& config) {
  return Listeners(config) + Callers(config.auth, config.listen) + Environments(config) + Servers(config) +
         Quotas(config.quotas);
}

}  // namespace firesteel::gateway
