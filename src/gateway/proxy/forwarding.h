#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/audit/audit_log.h"
#include "gateway/audit/metrics.h"
#include "gateway/auth/authenticator.h"
#include "gateway/proxy/control.h"
#include "gateway/proxy/peer.h"
#include "gateway/proxy/redaction.h"

namespace firesteel::gateway {

/// What every call needs, one for all loops. Thread-safe; outlives the loops.
struct Services {
  /// `gauges`: as of Metrics.
  Services(std::shared_ptr<const GatewayConfig> config, const Clock& clock_of_all,
           std::function<std::vector<Gauge>()> gauges = {})
      : clock(clock_of_all), metrics(std::move(gauges)), control(config, clock_of_all, metrics) {}

  const Clock& clock;
  Metrics metrics;
  Control control;
  std::unique_ptr<AuditLog> audit;  ///< null: none
  /// Replaced when the configuration changes.
  std::atomic<std::shared_ptr<Authenticator>> authenticator;
  std::atomic<std::shared_ptr<const Redaction>> redaction;
};

}  // namespace firesteel::gateway
