#pragma once

#include <memory>
#include <string>

#include "gateway/audit/audit_log.h"
#include "gateway/audit/metrics.h"
#include "gateway/auth/authenticator.h"
#include "gateway/proxy/control.h"
#include "gateway/proxy/redaction.h"

namespace firesteel::gateway {

/// What every call needs, one for all loops. Thread-safe; outlives the loops.
struct Services {
  Services(std::shared_ptr<const GatewayConfig> config, const Clock& clock_of_all)
      : clock(clock_of_all), control(config, clock_of_all, metrics) {}

  const Clock& clock;
  Metrics metrics;
  Control control;
  std::unique_ptr<AuditLog> audit;  ///< null: none
  /// Replaced when the configuration changes.
  std::atomic<std::shared_ptr<Authenticator>> authenticator;
  std::atomic<std::shared_ptr<const Redaction>> redaction;
};

/// The connection that a call came by.
struct Peer {
  std::string address;           ///< "host:port"
  std::string certificate_name;  ///< of a verified client certificate; or empty
  bool encrypted = false, loopback = false;
};

}  // namespace firesteel::gateway
