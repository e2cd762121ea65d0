#include "gateway/auth/jwt_identity.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace firesteel::gateway {
namespace {

using nlohmann::json;

constexpr size_t kMostNameBytes = 256;
constexpr size_t kMostTeams = 1000;
constexpr double kLatestSeconds = 253402300799.0;  // the end of the year 9999

/// A claim that is text or a list of texts, as a list. Nothing: it has another type.
std::optional<std::vector<std::string>> TextsOf(const json& claim) {
  if (claim.is_string()) return std::vector<std::string>{claim.get<std::string>()};
  if (!claim.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const json& item : claim) {
    if (!item.is_string()) return std::nullopt;
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

bool Contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

/// A point in time in microseconds since 1970.
Result<int64_t> ReadTime(const json& claims, const std::string& name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return Status::Error("The token does not have the mandatory claim " + name + ".");
  if (!found->is_number()) return Status::Error("The token's claim " + name + " is not a number of seconds.");
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= kLatestSeconds)) {
    return Status::Error("The token's claim " + name + " is no time between 1970 and 9999.");
  }
  return static_cast<int64_t>(std::llround(seconds * 1e6));
}

Result<std::vector<std::string>> ReadTeams(const json& claims, const std::string& name) {
  if (name.empty()) return std::vector<std::string>();
  const auto found = claims.find(name);
  auto teams = found == claims.end() ? std::nullopt : TextsOf(*found);
  // No team at all must not become an empty list, which means any team.
  if (!teams || teams->empty()) {
    return Status::Error("The token's claim " + name + " must name its teams, as text or a list of texts.");
  }
  if (teams->size() > kMostTeams || !std::all_of(teams->begin(), teams->end(), IsAcceptableName)) {
    return Status::Error("The token's claim " + name +
                         " must have at most 1000 teams, each of 1 to 256 bytes without control characters.");
  }
  return std::move(*teams);
}

/// `rule`: "name=value" of the configuration.
bool HasOperatorRights(const json& claims, const std::string& rule) {
  const size_t equals = rule.find('=');
  if (equals == std::string::npos) return false;
  const std::string value = rule.substr(equals + 1);
  const auto found = claims.find(rule.substr(0, equals));
  if (found == claims.end()) return false;
  if (found->is_boolean()) return found->get<bool>() && value == "true";
  const auto texts = TextsOf(*found);
  return texts && Contains(*texts, value);
}

}  // namespace

bool IsAcceptableName(std::string_view name) {
  if (name.empty() || name.size() > kMostNameBytes) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    // U+0080 to U+009F are control characters, too.
    if (byte == 0xc2 && i + 1 < name.size() && static_cast<unsigned char>(name[i + 1]) < 0xa0) return false;
  }
  return true;
}

Result<const JwtIssuer*> FindIssuer(const json& claims, const std::vector<JwtIssuer>& issuers) {
  const auto issuer = claims.find("iss");
  if (issuer == claims.end()) return Status::Error("The token does not have the mandatory claim iss.");
  if (!issuer->is_string()) return Status::Error("The token's claim iss is not text.");
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return Status::Error("The token does not have the mandatory claim aud.");
  const auto audiences = TextsOf(*audience);
  if (!audiences) return Status::Error("The token's claim aud is neither text nor a list of texts.");
  bool is_known = false;
  for (const JwtIssuer& known : issuers) {
    if (known.issuer.empty() || issuer->get_ref<const std::string&>() != known.issuer) continue;
    is_known = true;
    if (!known.audience.empty() && Contains(*audiences, known.audience)) return &known;
  }
  return Status::Error(is_known ? "The token is meant for another audience (aud) than this gateway."
                                : "The token's issuer (iss) is none that this gateway trusts.");
}

Result<JwtIdentity> ReadIdentity(const json& claims, const JwtIssuer& issuer, int64_t now_micros) {
  const int64_t leeway = std::chrono::microseconds(issuer.leeway).count();
  const auto expires = ReadTime(claims, "exp");
  if (!expires) return expires.status();
  const auto begins = ReadTime(claims, "nbf");
  if (!begins) return begins.status();
  if (now_micros >= *expires + leeway) return Status::Error("The token has expired (exp): ask for a new one.");
  if (now_micros + leeway < *begins) {
    return Status::Error("The token is not valid yet (nbf): check the clocks of its issuer and of the gateway.");
  }
  if (*begins >= *expires) return Status::Error("The token ends (exp) before it begins (nbf).");
  const auto user = claims.find(issuer.user_claim);
  if (user == claims.end() || !user->is_string() || !IsAcceptableName(user->get_ref<const std::string&>())) {
    return Status::Error("The token's claim " + issuer.user_claim +
                         " must name the user: text of 1 to 256 bytes without control characters.");
  }
  auto teams = ReadTeams(claims, issuer.teams_claim);
  if (!teams) return teams.status();
  auto identity = std::make_shared<Identity>();
  identity->method = Identity::Method::kJwt;
  identity->user = user->get<std::string>();
  identity->teams = std::move(*teams);
  identity->operator_rights = HasOperatorRights(claims, issuer.operator_claim);
  identity->credential = issuer.name;
  return JwtIdentity{std::move(identity), *expires};
}

}  // namespace firesteel::gateway
