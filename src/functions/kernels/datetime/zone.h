#pragma once

#include "functions/kernel.h"
#include "types/time_zone.h"

namespace firesteel::functions {

/// The zone that a call's timestamps are seen in: the session's, or none (UTC) for timestamps without a zone. A
/// prepared state of kernels.
struct CallZone {
  TimeZonePtr zone;
};

/// Prepares CallZone from the call's argument `index`: UTC when it is TIMESTAMP_NTZ, DATE or TIME.
template <size_t kIndex>
std::shared_ptr<const void> PrepareZone(const KernelCall& call) {
  bool is_local = kIndex < call.argument_types.size() && !call.argument_types[kIndex].Is(TypeKind::kTimestamp);
  auto prepared = std::make_shared<CallZone>();
  if (!is_local) prepared->zone = TimeZone::Find(call.time_zone);
  if (!prepared->zone) prepared->zone = TimeZone::Utc();
  return prepared;
}

/// The session's zone whatever the arguments are.
inline std::shared_ptr<const void> PrepareSessionZone(const KernelCall& call) {
  auto prepared = std::make_shared<CallZone>();
  prepared->zone = TimeZone::Find(call.time_zone);
  if (!prepared->zone) prepared->zone = TimeZone::Utc();
  return prepared;
}

}  // namespace firesteel::functions
