#include "gateway/sha256.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include "base/error.h"

namespace firesteel::gateway {

Sha256Digest Sha256Of(std::string_view text) {
  Sha256Digest digest;
  // An all-zero digest would make tokens equal that are not: no digest, no answer.
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw InternalError("OpenSSL cannot compute SHA-256");
  }
  return digest;
}

std::string Sha256Hex(std::string_view text) { return fmt::format("{:02x}", fmt::join(Sha256Of(text), "")); }

}  // namespace firesteel::gateway
