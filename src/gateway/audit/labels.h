#pragma once

#include <string_view>

#include "gateway/auth/identity.h"
#include "gateway/refusal.h"
#include "gateway/wire/request_fields.h"

/// The words of the audit log and of metrics.
namespace firesteel::gateway {

/// "ExecutePlan"; "other" for an RPC that this version does not know.
std::string_view RpcLabel(Method method);
/// gRPC's name of the code: "OK", "UNAVAILABLE". "UNKNOWN" for a number that is no code.
std::string_view CodeLabel(Code code);
/// "anonymous", "token", "jwt" or "certificate".
std::string_view IdentityLabel(Identity::Method method);

}  // namespace firesteel::gateway
