#include "gateway/auth/jwks.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/auth/base64url.h"
#include "gateway/auth/strict_json.h"

namespace firesteel::gateway {
namespace {

using nlohmann::json;

constexpr size_t kMostKeys = 100;
constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;  // a verification's cost grows with the square
constexpr size_t kP256CoordinateBytes = 32;

using KeyOrFault = Result<std::shared_ptr<EVP_PKEY>>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)>;

/// The text of a member; empty where it is missing or not text.
std::string TextOf(const json& jwk, const char* name) {
  const auto found = jwk.find(name);
  return found != jwk.end() && found->is_string() ? found->get<std::string>() : "";
}

KeyOrFault MakeKey(const char* type, OSSL_PARAM_BLD* builder) {
  std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(OSSL_PARAM_BLD_to_param(builder),
                                                                     &OSSL_PARAM_free);
  std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return Status::Error("is no valid public key");
  }
  return std::shared_ptr<EVP_PKEY>(key, &EVP_PKEY_free);
}

KeyOrFault RsaKey(const json& jwk) {
  const auto modulus_bytes = FromBase64Url(TextOf(jwk, "n"));
  const auto exponent_bytes = FromBase64Url(TextOf(jwk, "e"));
  if (!modulus_bytes || !exponent_bytes || modulus_bytes->empty()) return Status::Error("has no RSA numbers (n, e)");
  const auto number = [](const std::string& bytes) {
    return Number(
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr),
        &BN_free);
  };
  const Number modulus = number(*modulus_bytes);
  const Number exponent = number(*exponent_bytes);
  if (!modulus || !exponent) return Status::Error("is no valid public key");
  if (BN_num_bits(modulus.get()) < kLeastRsaBits) return Status::Error("is an RSA key of fewer than 2048 bits");
  if (BN_num_bits(modulus.get()) > kMostRsaBits) return Status::Error("is an RSA key of more than 8192 bits");
  // With exponent 1 every message is its own signature.
  if (BN_num_bits(exponent.get()) > 64 || BN_is_one(exponent.get()) || !BN_is_odd(exponent.get()) ||
      !BN_is_odd(modulus.get())) {
    return Status::Error("is an RSA key whose numbers (n, e) nobody may use");
  }
  const Builder builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return Status::Error("is no valid public key");
  }
  return MakeKey("RSA", builder.get());
}

KeyOrFault P256Key(const json& jwk) {
  if (TextOf(jwk, "crv") != "P-256") return Status::Error("is of another curve than P-256");
  const auto x = FromBase64Url(TextOf(jwk, "x"));
  const auto y = FromBase64Url(TextOf(jwk, "y"));
  if (!x || !y || x->size() != kP256CoordinateBytes || y->size() != kP256CoordinateBytes) {
    return Status::Error("has no coordinates (x, y) of 32 bytes");
  }
  const std::string point = "\x04" + *x + *y;
  const Builder builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return Status::Error("is no valid public key");
  }
  return MakeKey("EC", builder.get());  // refuses points that are not on the curve
}

/// Why the issuer does not mean the key for verifying tokens of this algorithm; empty: it does.
std::string PurposeFault(const json& jwk, JwtAlgorithm algorithm) {
  // Whoever can read the set could sign with it.
  if (jwk.contains("d") || jwk.contains("k")) return "is published with its secret part";
  if (jwk.contains("use") && TextOf(jwk, "use") != "sig") return "is not for signatures (use)";
  if (const auto operations = jwk.find("key_ops"); operations != jwk.end()) {
    if (!operations->is_array() || std::find(operations->begin(), operations->end(), "verify") == operations->end()) {
      return "is not for verifying (key_ops)";
    }
  }
  if (jwk.contains("alg") && TextOf(jwk, "alg") != JwtAlgorithmName(algorithm)) {
    return "is for another algorithm than RS256 and ES256";
  }
  return "";
}

}  // namespace

KeySet::Entry KeySet::Read(const json& jwk) {
  Entry entry;
  entry.id = TextOf(jwk, "kid");
  const std::string type = TextOf(jwk, "kty");
  if (type != "RSA" && type != "EC") {
    entry.fault = type == "oct" ? "is a shared secret" : "is neither an RSA nor an EC key (kty)";
    return entry;
  }
  entry.algorithm = type == "RSA" ? JwtAlgorithm::kRs256 : JwtAlgorithm::kEs256;
  entry.fault = PurposeFault(jwk, entry.algorithm);
  if (!entry.fault.empty()) return entry;
  KeyOrFault key = type == "RSA" ? RsaKey(jwk) : P256Key(jwk);
  if (key) {
    entry.key = std::move(*key);
  } else {
    entry.fault = key.error();
  }
  return entry;
}

Result<std::shared_ptr<const KeySet>> KeySet::Parse(std::string_view text) {
  auto document = ParseStrictObject(text);
  if (!document) return Status::Error("the key set " + document.error());
  const auto list = document->find("keys");
  if (list == document->end() || !list->is_array()) return Status::Error("the key set has no list \"keys\"");
  if (list->size() > kMostKeys) return Status::Error("the key set has more than 100 keys");
  auto set = std::make_shared<KeySet>();
  ERR_set_mark();
  for (const json& jwk : *list) {
    if (jwk.is_object()) set->entries_.push_back(Read(jwk));
  }
  ERR_pop_to_mark();
  return std::shared_ptr<const KeySet>(std::move(set));
}

KeySet::Found KeySet::Find(std::string_view id, JwtAlgorithm algorithm) const {
  Found found;
  for (const Entry& entry : entries_) {
    if (entry.id != id) continue;
    found.listed = true;
    if (!entry.key) {
      found.fault = "The key (kid) that signed the token " + entry.fault + ".";
    } else if (entry.algorithm != algorithm) {
      found.fault = "The key (kid) that signed the token is not of the kind that its algorithm (alg) needs.";
    } else {
      found.key = entry.key.get();
      found.fault.clear();
      return found;
    }
  }
  return found;
}

}  // namespace firesteel::gateway
