#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <set>

#include "base/ascii_case.h"
#include "gateway/config/sections.h"
#include "gateway/config/urls.h"
#include "gateway/routing/route_hints.h"

namespace firesteel::gateway {
namespace {

/// Spark's own default of spark.redaction.regex: servers up to 4.2 hand their token out through Config.Get.
constexpr std::string_view kSparkRedaction = "(?i)secret|password|token|access[.]?key";

void ReadJwt(TableReader& table, std::set<std::string>& issuers, AuthConfig& auth) {
  JwtIssuer jwt;
  table.Text("issuer", jwt.issuer);
  table.Text("audience", jwt.audience);
  jwt.name = jwt.issuer;
  table.Text("name", jwt.name);
  table.File("jwks_file", jwt.jwks_file);
  table.Text("jwks_url", jwt.jwks_url);
  table.Duration("refresh", jwt.refresh, std::chrono::seconds(1));
  table.Duration("leeway", jwt.leeway, Milliseconds(0));
  table.Text("user_claim", jwt.user_claim);
  table.Text("teams_claim", jwt.teams_claim);
  table.Text("operator_claim", jwt.operator_claim);
  table.Require("issuer", "tokens are accepted of a named issuer only (their 'iss')");
  table.Require("audience", "a token for another service must not open this one (its 'aud')");
  if (table.Has("jwks_file") == table.Has("jwks_url")) {
    table.Error("jwks_url", table.Has("jwks_file") ? "and jwks_file are both given; the keys come from one of them"
                                                   : "or jwks_file is missing: the issuer's public keys");
  }
  if (!jwt.jwks_url.empty()) CheckUrl(table, "jwks_url", jwt.jwks_url);
  if (!jwt.operator_claim.empty()) {
    const size_t equals = jwt.operator_claim.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == jwt.operator_claim.size()) {
      table.Error("operator_claim", "must be \"claim=value\", such as \"roles=spark-operator\"");
    }
  }
  if (!jwt.issuer.empty() && !issuers.insert(jwt.issuer).second) {
    table.Error("issuer", "is the issuer of an [[auth.jwt]] before this one");
  }
  table.Finish();
  auth.issuers.push_back(std::move(jwt));
}

bool IsSha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void ReadToken(TableReader& table, std::set<std::string>& digests, AuthConfig& auth) {
  StaticToken token;
  table.Text("user", token.user);
  token.name = token.user;
  table.Text("name", token.name);
  // A list without a team would mean any team, which is not what it says.
  if (table.Texts("teams", token.teams) && token.teams.empty()) {
    table.Error("teams", "is empty; name a team, or leave the key out to allow any");
  }
  table.Flag("operator", token.operator_rights);
  table.Require("user", "a token proves a user");
  table.Require("sha256", "the token's SHA-256 in hexadecimal (printf %s \"$TOKEN\" | sha256sum)");
  if (auto fault = UserNameFault(token.user)) table.Error("user", "has a value that " + *fault);
  for (const std::string& team : token.teams) CheckRouteName(table, "teams", team);
  if (table.Text("sha256", token.sha256)) {
    token.sha256 = AsciiLower(token.sha256);
    // The value is not repeated: it may be the token itself, put here by mistake.
    if (!IsSha256(token.sha256)) {
      table.Error("sha256",
                  "must be the 64 hexadecimal digits of the token's SHA-256, never the token itself "
                  "(printf %s \"$TOKEN\" | sha256sum)");
    } else if (!digests.insert(token.sha256).second) {
      table.Error("sha256", "is the token of an [[auth.token]] before this one");
    }
  }
  table.Finish();
  auth.tokens.push_back(std::move(token));
}

/// What goes together: who may call at all, over which connections.
void CheckAuth(TableReader* auth, const GatewayConfig& config, Problems& problems) {
  const AuthConfig& a = config.auth;
  const ListenConfig& listen = config.listen;
  const bool tokens = !a.issuers.empty() || !a.tokens.empty() || !a.tokens_file.empty();
  const Place place = auth != nullptr ? auth->place() : Place{};
  if (!tokens && !a.certificates && !a.anonymous) {
    problems.Error(place,
                   "nobody may call this gateway: give [[auth.jwt]], [[auth.token]], auth.tokens_file or "
                   "auth.certificates, or let everyone in by auth.anonymous = true");
  }
  const bool exposed = !IsLoopback(listen.host);
  if (tokens && exposed && listen.tls.certificate_file.empty() && !a.allow_plaintext_tokens) {
    problems.Error(place, fmt::format("callers show tokens, but listen.address {} is reached from other machines "
                                      "without TLS: give [listen.tls], or set auth.allow_plaintext_tokens = true where "
                                      "something in front of the gateway ends TLS",
                                      HostPortText(listen.host, listen.port)));
  }
  const HttpConfig& http = config.http;
  if (tokens && http.enabled && !IsLoopback(http.host) && http.tls.certificate_file.empty() &&
      !a.allow_plaintext_tokens) {
    problems.Warn(place,
                  fmt::format("http.address {} is reached from other machines without TLS, so tokens are refused "
                              "there and only /healthz and /readyz can be asked: give [http.tls]",
                              HostPortText(http.host, http.port)));
  }
  if (auth == nullptr) return;
  if (a.certificates && listen.tls.client_ca_file.empty()) {
    auth->Error("certificates", "is true, but listen.tls.client_ca does not say whose certificates are accepted");
  }
  if (a.anonymous && exposed && !listen.tls.require_client_certificate) {
    auth->Warn("anonymous", fmt::format("is true: whoever reaches {} may act under any user's name",
                                        HostPortText(listen.host, listen.port)));
  }
}

void ReadPolicy(TableReader& table, PolicyConfig& policy) {
  table.Texts("denied_config", [&](const std::string& key, Place place) {
    const size_t star = key.find('*');
    if (star != std::string::npos && star + 1 != key.size()) {
      table.reading().problems.Error(place, fmt::format("policy.denied_config has '{}', but '*' may only be the last "
                                                        "character",
                                                        key));
    }
    policy.denied_keys.push_back(key);
  });
  if (table.Has("redacted_config")) policy.redacted_keys.clear();
  table.Texts("redacted_config", [&](const std::string& pattern, Place place) {
    const std::string_view flag = "(?i)";
    try {
      const size_t begin = pattern.starts_with(flag) ? flag.size() : 0;
      std::regex(pattern.substr(begin), std::regex::ECMAScript | std::regex::icase);
    } catch (const std::regex_error&) {
      table.reading().problems.Error(
          place, fmt::format("policy.redacted_config has '{}', which is no regular expression", pattern));
    }
    policy.redacted_keys.push_back(pattern);
  });
  table.Finish();
}

}  // namespace

void ReadAuth(TableReader& root, GatewayConfig& config) {
  AuthConfig& auth = config.auth;
  std::optional<TableReader> table = root.Table("auth");
  if (table) {
    table->Flag("anonymous", auth.anonymous);
    table->Flag("allow_plaintext_tokens", auth.allow_plaintext_tokens);
    table->Flag("refuse_claimed_user", auth.refuse_claimed_user);
    table->Flag("certificates", auth.certificates);
    table->File("tokens_file", auth.tokens_file);
    std::set<std::string> issuers;
    table->Tables("jwt", [&](TableReader& jwt) { ReadJwt(jwt, issuers, auth); });
    std::set<std::string> digests;
    table->Tables("token", [&](TableReader& token) { ReadToken(token, digests, auth); });
    table->Finish();
  }
  CheckAuth(table ? &*table : nullptr, config, root.reading().problems);

  config.policy.redacted_keys = {std::string(kSparkRedaction)};
  if (auto policy = root.Table("policy")) ReadPolicy(*policy, config.policy);
}

}  // namespace firesteel::gateway
