#include "gateway/auth/jwt.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "base/ascii_case.h"
#include "gateway/auth/base64url.h"
#include "gateway/auth/strict_json.h"

namespace firesteel::gateway {
namespace {

using nlohmann::json;

constexpr size_t kMostKeyIdBytes = 256;
constexpr size_t kP256SignatureBytes = 64;

/// Header parameters that bring a key, say where one lies, or change what a signature covers.
constexpr std::array<std::string_view, 6> kRefusedParameters = {"jku", "jwk", "x5u", "x5c", "crit", "b64"};

Result<JwtAlgorithm> ReadAlgorithm(const json& header) {
  const auto found = header.find("alg");
  if (found == header.end() || !found->is_string())
    return Status::Error("The token's header names no algorithm (alg).");
  const auto& name = found->get_ref<const std::string&>();
  if (name == "RS256") return JwtAlgorithm::kRs256;
  if (name == "ES256") return JwtAlgorithm::kEs256;
  if (AsciiLower(name) == "none") {
    return Status::Error("The token is not signed (alg none): only RS256 and ES256 are accepted.");
  }
  if (name.starts_with("HS")) {
    return Status::Error("The token is signed with a shared secret (alg HS…): only RS256 and ES256 are accepted.");
  }
  return Status::Error("The token's algorithm (alg) is not accepted: only RS256 and ES256 are.");
}

/// Ids are only ever compared with those of a key set, never opened. Still nobody has a use for one that is a path but
/// to attack what is behind.
Result<std::string> ReadKeyId(const json& header) {
  const auto found = header.find("kid");
  if (found == header.end()) return Status::Error("The token's header does not say which key signed it (kid).");
  if (!found->is_string()) return Status::Error("The token's key id (kid) is not text.");
  const auto& id = found->get_ref<const std::string&>();
  if (id.empty() || id.size() > kMostKeyIdBytes) {
    return Status::Error("The token's key id (kid) is empty or longer than 256 bytes.");
  }
  if (!std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f'; })) {
    return Status::Error("The token's key id (kid) holds blanks, control characters or others beyond ASCII.");
  }
  for (const std::string_view piece : {"..", "./", "://", "~/", "\\"}) {
    if (id.find(piece) != std::string::npos) return Status::Error("The token's key id (kid) is a path or an address.");
  }
  return id;
}

/// A token for another purpose, such as a logout, has a type of its own (RFC 8725, section 3.11).
bool IsAccessTokenType(const json& header) {
  const auto found = header.find("typ");
  if (found == header.end()) return true;
  if (!found->is_string()) return false;
  const std::string type = AsciiLower(found->get_ref<const std::string&>());
  return type == "jwt" || type == "at+jwt" || type == "application/at+jwt";
}

/// The DER form, which OpenSSL wants, of the two numbers of a JWT's signature.
std::optional<std::string> DerSignature(std::string_view numbers) {
  if (numbers.size() != kP256SignatureBytes) return std::nullopt;
  const auto* bytes = reinterpret_cast<const unsigned char*>(numbers.data());
  std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(ECDSA_SIG_new(), &ECDSA_SIG_free);
  BIGNUM* r = BN_bin2bn(bytes, kP256SignatureBytes / 2, nullptr);
  BIGNUM* s = BN_bin2bn(bytes + kP256SignatureBytes / 2, kP256SignatureBytes / 2, nullptr);
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return std::nullopt;
  }
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string result(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return result;
}

}  // namespace

std::string_view JwtAlgorithmName(JwtAlgorithm algorithm) {
  return algorithm == JwtAlgorithm::kRs256 ? "RS256" : "ES256";
}

bool LooksLikeJwt(std::string_view token) { return std::count(token.begin(), token.end(), '.') == 2; }

Result<Jwt> ParseJwt(std::string_view token) {
  if (!LooksLikeJwt(token)) return Status::Error("The token does not have the three parts of a JWT.");
  const size_t first = token.find('.');
  const size_t second = token.find('.', first + 1);
  const auto header_text = FromBase64Url(token.substr(0, first));
  const auto claims_text = FromBase64Url(token.substr(first + 1, second - first - 1));
  auto signature = FromBase64Url(token.substr(second + 1));
  if (!header_text || !claims_text || !signature) {
    return Status::Error("The token is not in canonical base64url (no padding, no other characters, no spare bits).");
  }
  auto header = ParseStrictObject(*header_text);
  if (!header) return Status::Error("The token's header " + header.error() + ".");
  for (const std::string_view name : kRefusedParameters) {
    if (header->contains(name)) {
      return Status::Error("The token's header has " + std::string(name) +
                           ", which is not accepted: keys come from the issuer's configured key set only.");
    }
  }
  if (!IsAccessTokenType(*header)) {
    return Status::Error("The token's type (typ) is not JWT or at+jwt: it was issued for another purpose.");
  }
  Jwt jwt;
  auto algorithm = ReadAlgorithm(*header);
  if (!algorithm) return algorithm.status();
  jwt.algorithm = *algorithm;
  auto key_id = ReadKeyId(*header);
  if (!key_id) return key_id.status();
  jwt.key_id = std::move(*key_id);
  if (signature->empty()) return Status::Error("The token has no signature.");
  if (jwt.algorithm == JwtAlgorithm::kEs256 && signature->size() != kP256SignatureBytes) {
    return Status::Error("The token's ES256 signature is not 64 bytes long.");
  }
  auto claims = ParseStrictObject(*claims_text);
  if (!claims) return Status::Error("The token's claims: the text " + claims.error() + ".");
  jwt.claims = std::move(*claims);
  jwt.signed_bytes = token.substr(0, second);
  jwt.signature = std::move(*signature);
  return jwt;
}

bool VerifySignature(const Jwt& jwt, EVP_PKEY* key) {
  // This thread's TLS connections read the same queue of errors.
  ERR_set_mark();
  const bool is_rsa = jwt.algorithm == JwtAlgorithm::kRs256;
  const auto signature = is_rsa ? std::optional(jwt.signature) : DerSignature(jwt.signature);
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool verified =
      signature && context && EVP_PKEY_base_id(key) == (is_rsa ? EVP_PKEY_RSA : EVP_PKEY_EC) &&
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature->data()), signature->size(),
                       reinterpret_cast<const unsigned char*>(jwt.signed_bytes.data()), jwt.signed_bytes.size()) == 1;
  ERR_pop_to_mark();
  return verified;
}

}  // namespace firesteel::gateway
