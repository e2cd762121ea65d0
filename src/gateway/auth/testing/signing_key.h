#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/base64.h"

namespace firesteel::gateway::testing {

inline std::string ToBase64Url(std::string_view bytes) {
  std::string text = Base64Text(bytes);
  text.erase(std::find(text.begin(), text.end(), '='), text.end());
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

/// A key pair as an issuer has it, made anew.
class SigningKey {
 public:
  static SigningKey Rsa(unsigned bits) { return SigningKey(EVP_RSA_gen(bits), ""); }
  /// `curve`: JWK's name; `group`: OpenSSL's.
  static SigningKey Ec(const char* curve = "P-256", const char* group = "P-256") {
    return SigningKey(EVP_EC_gen(group), curve);
  }

  /// The public half, as a key set lists it.
  nlohmann::json Jwk(const std::string& id) const {
    nlohmann::json jwk = {{"kid", id}, {"use", "sig"}};
    if (curve_.empty()) {
      jwk.update({{"kty", "RSA"}, {"n", Number(OSSL_PKEY_PARAM_RSA_N)}, {"e", Number(OSSL_PKEY_PARAM_RSA_E)}});
    } else {
      const size_t size = (static_cast<size_t>(EVP_PKEY_get_bits(key_.get())) + 7) / 8;
      jwk.update({{"kty", "EC"},
                  {"crv", curve_},
                  {"x", Number(OSSL_PKEY_PARAM_EC_PUB_X, size)},
                  {"y", Number(OSSL_PKEY_PARAM_EC_PUB_Y, size)}});
    }
    return jwk;
  }
  nlohmann::json SecretJwk(const std::string& id) const {
    nlohmann::json jwk = Jwk(id);
    jwk["d"] = Number(curve_.empty() ? OSSL_PKEY_PARAM_RSA_D : OSSL_PKEY_PARAM_PRIV_KEY);
    return jwk;
  }

  /// RSA: PKCS #1; EC: DER.
  std::string SignPlain(std::string_view text) const {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size());
    signature.resize(size);
    return signature;
  }
  /// As a JWT carries it.
  std::string Sign(std::string_view text) const {
    const std::string plain = SignPlain(text);
    if (curve_.empty()) return plain;
    const auto* der = reinterpret_cast<const unsigned char*>(plain.data());
    std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> numbers(
        d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(plain.size())), &ECDSA_SIG_free);
    const int half = (EVP_PKEY_get_bits(key_.get()) + 7) / 8;
    std::string signature(static_cast<size_t>(2 * half), '\0');
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers.get()), out, half);
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers.get()), out + half, half);
    return signature;
  }
  /// A token of header and claims exactly as given.
  std::string TokenOf(const std::string& header, const std::string& claims) const {
    const std::string text = ToBase64Url(header) + "." + ToBase64Url(claims);
    return text + "." + ToBase64Url(Sign(text));
  }

 private:
  SigningKey(EVP_PKEY* key, std::string curve) : key_(key, &EVP_PKEY_free), curve_(std::move(curve)) {}

  std::string Number(const char* name, size_t size = 0) const {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &number);
    std::string bytes(size > 0 ? size : static_cast<size_t>(BN_num_bytes(number)), '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    BN_free(number);
    return ToBase64Url(bytes);
  }

  std::shared_ptr<EVP_PKEY> key_;
  std::string curve_;
};

/// Made once a program: an RSA key takes a tenth of a second.
inline const SigningKey& RsaKey() {
  static const SigningKey kKey = SigningKey::Rsa(2048);
  return kKey;
}
inline const SigningKey& EcKey() {
  static const SigningKey kKey = SigningKey::Ec();
  return kKey;
}

inline std::string KeySetText(const std::vector<nlohmann::json>& keys) { return nlohmann::json{{"keys", keys}}.dump(); }

}  // namespace firesteel::gateway::testing
