#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/auth/jwt.h"

namespace firesteel::gateway {

/// The public keys of an issuer, as its JSON Web Key Set (RFC 7517) lists them. Immutable, thread-safe.
class KeySet {
 public:
  /// Keys that may not verify tokens are kept with the reason. Errors, which quote nothing of the text, are of the set
  /// as a whole: not JSON, no list of keys, more than 100 of them.
  static Result<std::shared_ptr<const KeySet>> Parse(std::string_view text);

  struct Found {
    EVP_PKEY* key = nullptr;  ///< lives as long as the set; null: none
    bool listed = false;      ///< the set has a key of this id
    std::string fault;        ///< a sentence why a listed key does not fit
  };
  /// The key of this id that is for this algorithm.
  Found Find(std::string_view id, JwtAlgorithm algorithm) const;

 private:
  struct Entry {
    std::string id;
    JwtAlgorithm algorithm = JwtAlgorithm::kRs256;
    std::shared_ptr<EVP_PKEY> key;  // null: the fault says why
    std::string fault;
  };

  static Entry Read(const nlohmann::json& jwk);

  std::vector<Entry> entries_;
};

}  // namespace firesteel::gateway
