#include "gateway/routing/route_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii_case.h"

namespace firesteel::gateway {
namespace {

using Hint = std::optional<std::string> RouteHints::*;

/// The endings of the headers' names.
struct Ending {
  std::string_view text;
  Hint hint;
};
constexpr std::array<Ending, 4> kEndings = {{
    {"team", &RouteHints::team},
    {"environment", &RouteHints::environment},
    {"env", &RouteHints::environment},
    {"user", &RouteHints::user},
}};

constexpr size_t kLongestName = 256;
// Names become words of commands that start servers.
constexpr const char* kReadsAsOption = "begins with '-'";
constexpr std::string_view kHeaderKey = "spark.connect.grpc.header.";
constexpr std::string_view kBarePrefix = "x-";

const Ending* EndingOf(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return nullptr;
  name.remove_prefix(prefix.size());
  const auto* found = std::find_if(kEndings.begin(), kEndings.end(), [&](const Ending& e) { return e.text == name; });
  return found == kEndings.end() ? nullptr : found;
}

/// "Host.Example:15002" -> "host.example"; "[::1]:15002" -> "::1".
std::string HostOf(std::string_view authority) {
  if (authority.starts_with('[')) {
    authority = authority.substr(1, authority.find(']') - 1);
  } else {
    authority = authority.substr(0, authority.rfind(':'));
  }
  if (authority.ends_with('.')) authority.remove_suffix(1);
  return AsciiLower(authority);
}

bool IsHost(std::string_view host, std::string_view pattern) {
  if (!pattern.starts_with("*.")) return host == pattern;
  pattern.remove_prefix(1);
  return host.size() > pattern.size() && host.ends_with(pattern);
}

void AddAuthority(const RoutingConfig& routing, std::string_view authority, RouteHints& hints) {
  const std::string host = HostOf(authority);
  for (const AuthorityRule& rule : routing.authorities) {
    if (!IsHost(host, rule.host)) continue;
    if (!rule.team.empty()) hints.authority_team = rule.team;
    if (!rule.environment.empty()) hints.authority_environment = rule.environment;
    return;
  }
}

}  // namespace

std::optional<std::string> RouteNameFault(std::string_view value) {
  if (value.empty()) return "is empty";
  if (value.size() > kLongestName) return fmt::format("is longer than {} bytes", kLongestName);
  if (std::any_of(value.begin(), value.end(), [](char c) { return c < ' ' || c > '~'; })) {
    return "has characters that are not printable ASCII";
  }
  if (value.front() == '-') return kReadsAsOption;
  return std::nullopt;
}

std::optional<std::string> UserNameFault(std::string_view user) {
  if (user.size() > kLongestName) return fmt::format("is longer than {} bytes", kLongestName);
  if (std::any_of(user.begin(), user.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; })) {
    return "has control characters";
  }
  if (user.starts_with('-')) return kReadsAsOption;
  return std::nullopt;
}

std::variant<RouteHints, Refusal> HintsOfMetadata(const RoutingConfig& routing,
                                                  const std::vector<std::pair<std::string, std::string>>& metadata,
                                                  std::string_view authority) {
  RouteHints hints;
  for (const auto& [name, value] : metadata) {
    const Ending* ending = EndingOf(name, routing.header_prefix);
    if (ending == nullptr) continue;
    if (auto fault = RouteNameFault(value)) {
      return Refusal{.code = Code::kInvalidArgument,
                     .message = fmt::format("the value of the header {} {}", name, *fault)};
    }
    std::optional<std::string>& hint = hints.*(ending->hint);
    if (hint && *hint != value) {
      return Refusal{.code = Code::kInvalidArgument,
                     .message = fmt::format("the header {} is given twice, with different values", name)};
    }
    hint = value;
  }
  AddAuthority(routing, authority, hints);
  return hints;
}

RouteHints HintsOfConfig(const RoutingConfig& routing,
                         const std::vector<std::pair<std::string, std::optional<std::string>>>& pairs) {
  // The clearer a key is, the more it counts, in whatever order the client sends them.
  std::array<RouteHints, 3> forms;
  for (const auto& [key, value] : pairs) {
    if (!value) continue;
    const std::string name = AsciiLower(key);  // headers' names have no case
    const Ending* ending = nullptr;
    size_t form = 0;
    if (name.starts_with(kHeaderKey)) {
      ending = EndingOf(std::string_view(name).substr(kHeaderKey.size()), routing.header_prefix);
    } else if ((ending = EndingOf(name, routing.header_prefix)) != nullptr) {
      form = 1;
    } else {
      ending = EndingOf(name, kBarePrefix);
      form = 2;
    }
    if (ending != nullptr) forms[form].*(ending->hint) = *value;
  }
  RouteHints hints = std::move(forms[0]);
  for (size_t form = 1; form < forms.size(); ++form) {
    for (const Ending& ending : kEndings) {
      std::optional<std::string>& hint = hints.*(ending.hint);
      if (!hint) hint = forms[form].*(ending.hint);
    }
  }
  return hints;
}

}  // namespace firesteel::gateway
