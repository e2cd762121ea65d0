#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What `gateway.toml` says, checked (config/parse.h). Values only; immutable once parsed and shared between threads.
namespace firesteel::gateway {

using Milliseconds = std::chrono::milliseconds;
/// Keys and values of a session's configuration, in the order of the file.
using ConfigPairs = std::vector<std::pair<std::string, std::string>>;

struct ServerTls {
  std::string certificate_file;  ///< PEM chain; empty: no TLS
  std::string key_file;
  std::string client_ca_file;  ///< not empty: clients may (mTLS) show a certificate of this authority
  bool require_client_certificate = false;
};

struct ClientTls {
  bool enabled = false;
  std::string ca_file;           ///< empty: the system's authorities
  std::string certificate_file;  ///< mTLS towards servers; empty: none
  std::string key_file;
  std::string server_name;  ///< expected in the server's certificate; empty: the host
};

struct ListenConfig {
  std::string host = "127.0.0.1";
  uint16_t port = 15002;
  int threads = 0;  ///< event loops; 0: one a core
  ServerTls tls;
};

struct HttpConfig {  ///< status page, /metrics, REST calls, tunnel
  bool enabled = true;
  std::string host = "127.0.0.1";
  uint16_t port = 15080;
  ServerTls tls;
};

struct JwtIssuer {
  std::string name;
  std::string issuer;               ///< `iss` must equal it
  std::string audience;             ///< `aud` must equal or contain it
  std::string jwks_file, jwks_url;  ///< exactly one
  Milliseconds refresh{std::chrono::minutes(5)};
  Milliseconds leeway{std::chrono::seconds(30)};  ///< for exp and nbf
  std::string user_claim = "sub";
  std::string teams_claim;     ///< a text or list of texts; empty: any team
  std::string operator_claim;  ///< "name=value": who has operator rights
};

struct StaticToken {
  std::string name;    ///< for the audit log
  std::string sha256;  ///< of the token, hex
  std::string user;    ///< whom it proves
  std::vector<std::string> teams;
  bool operator_rights = false;
};

struct AuthConfig {
  bool anonymous = false;            ///< callers without a token are accepted, users as claimed
  bool refuse_claimed_user = false;  ///< user_context.user_id that differs from the proven user: refused, not replaced
  bool allow_plaintext_tokens = false;  ///< tokens over non-loopback connections without TLS
  std::vector<JwtIssuer> issuers;
  std::vector<StaticToken> tokens;
  std::string tokens_file;    ///< more of them, read anew when it changes
  bool certificates = false;  ///< a client certificate of listen.tls.client_ca_file proves its common name
};

struct PolicyConfig {
  std::vector<std::string> denied_keys;  ///< configuration that no client may set; '*' at the end: a prefix
  std::vector<std::string>
      redacted_keys;  ///< whose values no client reads: (?i) patterns as Spark's spark.redaction.regex
};

/// Durations of a session at the gateway.
struct Lifetimes {
  Milliseconds idle{std::chrono::minutes(30)};   ///< without a call; a running operation is not idle
  Milliseconds lifetime{std::chrono::hours(4)};  ///< in all; a running operation ends first
};

struct WeightedServers {
  std::string servers;  ///< a [servers.NAME]
  int weight = 1;       ///< share of new sessions; 0: none
};

struct Environment {
  std::string name;
  std::vector<WeightedServers> servers;
  ConfigPairs session_config;  ///< set on the server before the client's own
  std::string catalog;         ///< not empty: spark.sql.defaultCatalog on the server
  Lifetimes lifetimes;
  std::string namespace_template = "sjns-{team}-{environment}";
};

/// The first rule whose given fields all match sends a session to its servers instead of the environment's.
struct RoutingRule {
  std::string team, environment, user;  ///< empty: any; '*' at the end: a prefix
  std::vector<WeightedServers> servers;
};

/// An `:authority` (host name of the client's connection) that means a team or environment.
struct AuthorityRule {
  std::string host;  ///< lower case; "*.suffix" allowed
  std::string team, environment;
};

struct RoutingConfig {
  std::string header_prefix = "x-";  ///< of …team, …environment, …user
  std::string default_team = "default", default_environment;
  std::vector<AuthorityRule> authorities;
  std::vector<RoutingRule> rules;
};

enum class Discovery : uint8_t { kStatic, kDns, kFile, kKubernetes, kPool };

struct PoolConfig {
  std::string
      command;   ///< {port} {pool} {host} {user} {team} {environment} {user_hash} {namespace}; run by /bin/sh -c exec
  int warm = 1;  ///< ready servers that hold no session
  int most = 8;  ///< processes in all
  bool per_user = false;  ///< a server serves one user only, and ends with the user's last session
  Milliseconds start_timeout{std::chrono::seconds(60)};
  Milliseconds time_to_live{std::chrono::hours(24)};  ///< then drained and replaced
  Milliseconds stop_grace{std::chrono::seconds(10)};  ///< between SIGTERM and SIGKILL
};

struct KubernetesConfig {
  std::string api_url;  ///< empty: the service account's
  std::string token_file, ca_file;
  std::string namespace_name, service;  ///< whose EndpointSlices are watched
  std::string port_name;                ///< empty: the first
};

struct ServersConfig {
  std::string name;
  Discovery discovery = Discovery::kStatic;
  std::vector<std::string> addresses;  ///< kStatic: host:port; kDns: one name:port
  std::string file;                    ///< kFile: one host:port a line, '#' comments
  KubernetesConfig kubernetes;
  PoolConfig pool;
  ClientTls tls;
  std::string token_file;  ///< sent to the server as a bearer token; empty: none
  Milliseconds probe_interval{std::chrono::seconds(5)};
  Milliseconds probe_timeout{std::chrono::seconds(5)};
  int max_sessions = 0;  ///< a server; 0: any number
};

/// 0: no limit. Checked for the user and for the team.
struct Quota {
  int sessions = 0;
  int operations = 0;  ///< running at once
  int requests_per_second = 0;
};

struct QuotaConfig {
  Quota user, team;                           ///< defaults
  std::map<std::string, Quota> users, teams;  ///< by name
};

struct GatewayConfig {
  ListenConfig listen;
  HttpConfig http;
  AuthConfig auth;
  PolicyConfig policy;
  RoutingConfig routing;
  std::vector<Environment> environments;  ///< at least one
  std::vector<ServersConfig> servers;     ///< at least one
  QuotaConfig quotas;
  std::string audit_file;                        ///< JSON lines; empty: none
  std::string state_file;                        ///< what outlives a restart; empty: nothing
  Milliseconds drain{std::chrono::seconds(30)};  ///< how long a stop waits for running calls

  const Environment* FindEnvironment(const std::string& name) const {
    for (const Environment& e : environments) {
      if (e.name == name) return &e;
    }
    return nullptr;
  }
  const ServersConfig* FindServers(const std::string& name) const {
    for (const ServersConfig& s : servers) {
      if (s.name == name) return &s;
    }
    return nullptr;
  }
};

}  // namespace firesteel::gateway
