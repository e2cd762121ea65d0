#include "gateway/sessions/config_rules.h"

#include <algorithm>

#include "gateway/routing/route_hints.h"

namespace firesteel::gateway {
namespace {

using ConfigOperation = RequestFields::ConfigOperation;

bool Matches(std::string_view pattern, std::string_view key) {
  if (!pattern.ends_with('*')) return pattern == key;
  return key.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace

bool IsRoutingKey(const RoutingConfig& routing, const std::string& key) {
  if (key.starts_with("spark.connect.grpc.header.")) return true;
  const RouteHints hints = HintsOfConfig(routing, {{key, "any"}});
  return hints.team || hints.environment || hints.user;
}

bool OnlyAsksForPlanCompression(const RequestFields& fields) {
  if (fields.config_operation != ConfigOperation::kGet && fields.config_operation != ConfigOperation::kGetOption) {
    return false;
  }
  return !fields.config_pairs.empty() &&
         std::all_of(fields.config_pairs.begin(), fields.config_pairs.end(),
                     [](const auto& pair) { return pair.first.starts_with("spark.connect.session.planCompression."); });
}

const std::string* FindDeniedKey(const PolicyConfig& policy, const RequestFields& fields) {
  if (fields.config_operation != ConfigOperation::kSet && fields.config_operation != ConfigOperation::kUnset) {
    return nullptr;
  }
  for (const auto& [key, value] : fields.config_pairs) {
    for (const std::string& pattern : policy.denied_keys) {
      if (Matches(pattern, key)) return &key;
    }
  }
  return nullptr;
}

}  // namespace firesteel::gateway
