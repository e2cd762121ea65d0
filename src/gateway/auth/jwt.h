#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace firesteel::gateway {

/// The only two ways of signing that are accepted.
enum class JwtAlgorithm : uint8_t { kRs256, kEs256 };

std::string_view JwtAlgorithmName(JwtAlgorithm algorithm);

/// A JSON Web Token in compact form (RFC 7519), taken apart. Nothing of it is proven yet.
struct Jwt {
  JwtAlgorithm algorithm = JwtAlgorithm::kRs256;
  std::string key_id;             ///< `kid`, never empty
  nlohmann::json claims;          ///< an object
  std::string_view signed_bytes;  ///< of the token that was parsed
  std::string signature;
};

/// Whether the text has a JWT's outer form: three parts.
bool LooksLikeJwt(std::string_view token);

/// Takes a token apart and refuses every header that asks for more trust than its issuer's key set: other algorithms,
/// keys or addresses of keys in the header, critical extensions. Errors are whole sentences that quote nothing of the
/// token. The result points into `token`.
Result<Jwt> ParseJwt(std::string_view token);

/// Whether `key`, which must be of the algorithm's kind, signed the token. Thread-safe.
bool VerifySignature(const Jwt& jwt, EVP_PKEY* key);

}  // namespace firesteel::gateway
