#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/wire/request_fields.h"

namespace firesteel::gateway {

// The same in the requests of every method.
inline constexpr uint32_t kSessionId = 1;
inline constexpr uint32_t kUserContext = 2;
inline constexpr uint32_t kUserId = 1;  ///< of UserContext
inline constexpr uint32_t kUserName = 2;

// KeyValue.
inline constexpr uint32_t kPairKey = 1;
inline constexpr uint32_t kPairValue = 2;

// ConfigResponse.
inline constexpr uint32_t kConfigResponsePairs = 2;
inline constexpr uint32_t kConfigResponseWarnings = 3;

/// Field numbers by method (Spark Connect 4.3); 0 where its messages have no such field.
struct MethodLayout {
  std::string_view name;                ///< in the path
  uint32_t observed_session = 0;        ///< request: client_observed_server_side_session_id
  uint32_t operation_id = 0;            ///< request
  uint32_t client_type = 0;             ///< request
  uint32_t response_session_id = 0;     ///< response: session_id
  uint32_t server_side_session_id = 0;  ///< response
};

const MethodLayout& LayoutOf(Method method);

}  // namespace firesteel::gateway
