#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/wire/request_fields.h"

/// What the gateway knows of configuration keys.
namespace firesteel::gateway {

/// Keys of a first Config.Set that speak to the gateway only: spark.connect.grpc.header.* and what HintsOfConfig reads.
bool IsRoutingKey(const RoutingConfig& routing, const std::string& key);

/// Whether the Config call only asks for spark.connect.session.planCompression.*, as clients do before their first
/// execution, and at their exit even if they never executed anything.
bool OnlyAsksForPlanCompression(const RequestFields& fields);

/// The first key that the call sets or unsets although `policy` denies it; null: none.
const std::string* FindDeniedKey(const PolicyConfig& policy, const RequestFields& fields);

}  // namespace firesteel::gateway
