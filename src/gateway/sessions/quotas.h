#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "gateway/config/config.h"
#include "gateway/refusal.h"
#include "gateway/sessions/session.h"

namespace firesteel::gateway {

/// Counts what users and teams have in use, and refuses what would be too much. Not thread-safe.
class Quotas {
 public:
  /// One more request; takes a token of both buckets unless it is refused. An empty team: only the user's. A bucket
  /// holds one second's requests.
  std::optional<Refusal> AdmitRequest(const QuotaConfig& config, const Caller& caller, const std::string& team,
                                      TimePoint now);
  std::optional<Refusal> AdmitSession(const QuotaConfig& config, const Caller& caller, const std::string& team) const;
  std::optional<Refusal> AdmitOperation(const QuotaConfig& config, const Caller& caller, const std::string& team) const;

  /// `change`: 1 or -1.
  void CountSession(const Caller& caller, const std::string& team, int change);
  void CountOperation(const Caller& caller, const std::string& team, int change);
  /// Forgets who has nothing in use.
  void Sweep(TimePoint now);

 private:
  struct Usage {
    int sessions = 0, operations = 0;
    double tokens = 0;
    std::optional<TimePoint> filled;  ///< none: the bucket is full
  };
  /// Users by caller; teams as (name, false).
  using Usages = std::map<Caller, Usage>;

  static int Used(const Usages& usages, const Caller& who, int Usage::*what);
  static std::optional<Refusal> Admit(const Quota& quota, const Usages& usages, const Caller& who, const char* kind,
                                      bool session);
  static std::optional<Refusal> Fill(Usage& usage, int rate, TimePoint now, const char* kind, const std::string& name);

  Usages users_, teams_;
};

}  // namespace firesteel::gateway
