#include "gateway/auth/claims.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text_beginning.h"

namespace firesteel::gateway {
namespace {

constexpr size_t kMostTeamsShown = 10;

std::string_view CredentialName(Identity::Method method) {
  return method == Identity::Method::kCertificate ? "client certificate" : "token";
}

/// "the token proves the user alice": the beginning of every refusal here.
std::string Proven(const Identity& identity) {
  return "The " + std::string(CredentialName(identity.method)) + " proves the user \"" + identity.user + "\"";
}

/// The user as a value of the connection string, whose own signs must not occur in it.
std::string ConnectionStringValue(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string value;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      value += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      value += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return value;
}

std::string TeamsText(const std::vector<std::string>& teams) {
  std::string text;
  for (size_t i = 0; i < teams.size(); ++i) {
    if (i > 0) text += ", ";
    if (i == kMostTeamsShown) return text + "…";
    text += '"' + TextBeginning(teams[i], 100) + '"';
  }
  return text;
}

}  // namespace

std::optional<Refusal> CheckUserHeader(const Identity& identity, std::string_view user) {
  if (identity.method == Identity::Method::kAnonymous || user.empty() || user == identity.user) return std::nullopt;
  return Denied(Proven(identity) + ", but a header names another one: leave the user header out.");
}

std::optional<Refusal> CheckTeam(const Identity& identity, std::string_view team) {
  if (identity.method == Identity::Method::kAnonymous || team.empty() || identity.teams.empty()) return std::nullopt;
  if (std::find(identity.teams.begin(), identity.teams.end(), team) != identity.teams.end()) return std::nullopt;
  return Denied(Proven(identity) +
                ", who may not act for the team that the call names. Allowed: " + TeamsText(identity.teams) + ".");
}

std::optional<Refusal> CheckClaims(const Identity& identity, const RouteHints& hints, std::string_view claimed_user) {
  if (auto refusal = CheckUserHeader(identity, hints.user.value_or(""))) return refusal;
  const std::string team = hints.team.value_or("");
  if (auto refusal = CheckTeam(identity, team.empty() ? hints.authority_team.value_or("") : team)) return refusal;
  if (identity.method == Identity::Method::kAnonymous || claimed_user.empty() || claimed_user == identity.user) {
    return std::nullopt;
  }
  return Denied(Proven(identity) + ", but the message claims another one. Clients claim the operating system's user " +
                "unless told otherwise: put user_id=" + ConnectionStringValue(identity.user) +
                " into the connection string.");
}

}  // namespace firesteel::gateway
