#include <limits>

#include "gateway/config/sections.h"

namespace firesteel::gateway {
namespace {

void ReadQuota(TableReader& table, Quota& quota) {
  constexpr int kMost = std::numeric_limits<int>::max();
  table.Whole("sessions", quota.sessions, 0, kMost);
  table.Whole("operations", quota.operations, 0, kMost);
  table.Whole("requests_per_second", quota.requests_per_second, 0, kMost);
  table.Finish();
}

/// Those with a quota of their own keep what theirs does not say from everyone's.
void ReadNamed(TableReader& quotas, std::string_view key, const Quota& everyone, std::map<std::string, Quota>& named) {
  quotas.NamedTables(key, [&](const std::string& name, TableReader& table) {
    Quota quota = everyone;
    ReadQuota(table, quota);
    named.emplace(name, quota);
  });
}

}  // namespace

void ReadQuotas(TableReader& root, GatewayConfig& config) {
  auto quotas = root.Table("quotas");
  if (!quotas) return;
  if (auto user = quotas->Table("user")) ReadQuota(*user, config.quotas.user);
  if (auto team = quotas->Table("team")) ReadQuota(*team, config.quotas.team);
  ReadNamed(*quotas, "users", config.quotas.user, config.quotas.users);
  ReadNamed(*quotas, "teams", config.quotas.team, config.quotas.teams);
  quotas->Finish();
}

}  // namespace firesteel::gateway
