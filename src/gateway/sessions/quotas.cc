#include "gateway/sessions/quotas.h"
#include "gateway/refusal.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace firesteel::gateway {
namespace {

const Quota& QuotaOf(const std::map<std::string, Quota>& named, const Quota& standard, const std::string& name) {
  const auto it = named.find(name);
  return it == named.end() ? standard : it->second;
}

Caller TeamKey(const std::string& team) { return {.user = team}; }

}  // namespace

int Quotas::Used(const Usages& usages, const Caller& who, int Usage::*what) {
  const auto it = usages.find(who);
  return it == usages.end() ? 0 : it->second.*what;
}

std::optional<Refusal> Quotas::Fill(Usage& usage, int rate, TimePoint now, const char* kind, const std::string& name) {
  if (rate <= 0) return std::nullopt;
  const double seconds = usage.filled ? std::chrono::duration<double>(now - *usage.filled).count() : 1.0;
  usage.tokens = std::min<double>(rate, usage.tokens + seconds * rate);
  usage.filled = now;
  if (usage.tokens >= 1) return std::nullopt;
  Refusal refusal = Exhausted("The " + std::string(kind) + " '" + name + "' may send " + std::to_string(rate) +
                              " requests a second through this gateway and has just sent more.");
  const double wait = std::ceil((1 - usage.tokens) / rate * 1000);
  refusal.retry_after = std::chrono::milliseconds(std::max<int64_t>(1, static_cast<int64_t>(wait)));
  return refusal;
}

std::optional<Refusal> Quotas::AdmitRequest(const QuotaConfig& config, const Caller& caller, const std::string& team,
                                            TimePoint now) {
  const int user_rate = QuotaOf(config.users, config.user, caller.user).requests_per_second;
  const int team_rate = team.empty() ? 0 : QuotaOf(config.teams, config.team, team).requests_per_second;
  if (user_rate <= 0 && team_rate <= 0) return std::nullopt;
  Usage& user = users_[caller];
  if (auto refusal = Fill(user, user_rate, now, "user", caller.user)) return refusal;
  if (team_rate > 0) {
    Usage& usage = teams_[TeamKey(team)];
    if (auto refusal = Fill(usage, team_rate, now, "team", team)) return refusal;
    usage.tokens -= 1;
  }
  if (user_rate > 0) user.tokens -= 1;
  return std::nullopt;
}

std::optional<Refusal> Quotas::Admit(const Quota& quota, const Usages& usages, const Caller& who, const char* kind,
                                     bool session) {
  const int most = session ? quota.sessions : quota.operations;
  const int used = Used(usages, who, session ? &Usage::sessions : &Usage::operations);
  if (most <= 0 || used < most) return std::nullopt;
  return Exhausted("The " + std::string(kind) + " '" + who.user + "' has " + std::to_string(used) +
                   (session ? " sessions" : " running operations") + " and may have " + std::to_string(most) + ": " +
                   (session ? "stop one first." : "wait for one to end, or interrupt one."));
}

std::optional<Refusal> Quotas::AdmitSession(const QuotaConfig& config, const Caller& caller,
                                            const std::string& team) const {
  if (auto refusal = Admit(QuotaOf(config.users, config.user, caller.user), users_, caller, "user", true)) {
    return refusal;
  }
  return Admit(QuotaOf(config.teams, config.team, team), teams_, TeamKey(team), "team", true);
}

std::optional<Refusal> Quotas::AdmitOperation(const QuotaConfig& config, const Caller& caller,
                                              const std::string& team) const {
  if (auto refusal = Admit(QuotaOf(config.users, config.user, caller.user), users_, caller, "user", false)) {
    return refusal;
  }
  return Admit(QuotaOf(config.teams, config.team, team), teams_, TeamKey(team), "team", false);
}

void Quotas::CountSession(const Caller& caller, const std::string& team, int change) {
  users_[caller].sessions += change;
  teams_[TeamKey(team)].sessions += change;
}

void Quotas::CountOperation(const Caller& caller, const std::string& team, int change) {
  users_[caller].operations += change;
  teams_[TeamKey(team)].operations += change;
}

void Quotas::Sweep(TimePoint now) {
  for (Usages* usages : {&users_, &teams_}) {
    std::erase_if(*usages, [&](const auto& entry) {
      const Usage& usage = entry.second;
      // After a second every bucket is full again, so nothing is forgotten that counts.
      return usage.sessions == 0 && usage.operations == 0 &&
             (!usage.filled || now - *usage.filled > std::chrono::seconds(1));
    });
  }
}

}  // namespace firesteel::gateway
