#include "gateway/auth/token_digest.h"

#include <openssl/evp.h>

#include "base/error.h"

namespace firesteel::gateway {

TokenDigest DigestOf(std::string_view token) {
  TokenDigest digest;
  // An all-zero digest would make tokens equal that are not: no digest, no answer.
  if (EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw InternalError("OpenSSL cannot compute SHA-256");
  }
  return digest;
}

}  // namespace firesteel::gateway
