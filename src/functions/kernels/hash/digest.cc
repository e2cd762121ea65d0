#include "functions/kernels/hash/digest.h"

#include <openssl/evp.h>

#include <array>
#include <string>

#include "base/error.h"
#include "base/hex_text.h"

namespace firesteel::functions {

namespace {

constexpr size_t kAlgorithms = 6;
constexpr std::array<const char*, kAlgorithms> kNames = {"MD5", "SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512"};
static_assert(Digester::kMostBytes == EVP_MAX_MD_SIZE);

/// For the life of the process.
EVP_MD* Fetched(Digester::Algorithm algorithm) {
  static const std::array<EVP_MD*, kAlgorithms> kFetched = [] {
    std::array<EVP_MD*, kAlgorithms> fetched;
    for (size_t i = 0; i < kAlgorithms; ++i) fetched[i] = EVP_MD_fetch(nullptr, kNames[i], nullptr);
    return fetched;
  }();
  return kFetched[static_cast<size_t>(algorithm)];
}

}  // namespace

Digester::Digester() : context_(EVP_MD_CTX_new()) {}

void Digester::Free::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }

const char* Digester::NameOf(Algorithm algorithm) { return kNames[static_cast<size_t>(algorithm)]; }

size_t Digester::Digest(Algorithm algorithm, std::string_view bytes, unsigned char* digest) {
  unsigned int length = 0;
  if (EVP_DigestInit_ex2(context_.get(), Fetched(algorithm), nullptr) != 1 ||
      EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context_.get(), digest, &length) != 1) {
    throw InternalError("the cryptographic library gave no digest");
  }
  return length;
}

size_t Digester::DigestText(Algorithm algorithm, std::string_view bytes, char* text) {
  std::array<unsigned char, kMostBytes> digest;
  const size_t length = Digest(algorithm, bytes, digest.data());
  return WriteHex({reinterpret_cast<const char*>(digest.data()), length}, text, HexCase::kLower);
}

}  // namespace firesteel::functions
