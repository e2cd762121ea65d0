#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/auth/identity.h"
#include "gateway/config/config.h"

namespace firesteel::gateway {

/// Whether a name of a user or team may come from a credential: 1 to 256 bytes without control characters.
bool IsAcceptableName(std::string_view name);

/// The issuer that the claims name (`iss`) and that the token is meant for (`aud`). Errors are sentences.
Result<const JwtIssuer*> FindIssuer(const nlohmann::json& claims, const std::vector<JwtIssuer>& issuers);

struct JwtIdentity {
  std::shared_ptr<const Identity> identity;
  int64_t expires_micros = 0;  ///< `exp`, without leeway; since 1970
};

/// Whom the claims of a token prove whose signature is verified, at the time `now_micros`. Every claim that is looked
/// at must have its type: text is no number and a number no text. Errors are sentences that quote no claim.
Result<JwtIdentity> ReadIdentity(const nlohmann::json& claims, const JwtIssuer& issuer, int64_t now_micros);

}  // namespace firesteel::gateway
