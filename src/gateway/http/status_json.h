#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "gateway/http/gateway_view.h"

namespace firesteel::gateway {

/// Members in a fixed order.
using Json = nlohmann::ordered_json;

/// What the status page shows.
Json StatusJson(const GatewayView& view);
Json SessionJson(const SessionRow& session);

/// One line; what is not UTF-8 in it is replaced.
std::string JsonLine(const Json& json);

/// "2026-11-22T08:00:00Z".
std::string IsoTime(int64_t micros);

}  // namespace firesteel::gateway
