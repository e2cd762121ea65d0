#include "functions/kernels/hash/digest.h"

#include <openssl/evp.h>

#include "base/error.h"

namespace firesteel::functions {

namespace {

std::string DigestText(std::string_view bytes, const EVP_MD* kind) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &length, kind, nullptr) != 1) {
    throw InternalError("the cryptographic library gave no digest");
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(length * 2);
  for (unsigned int i = 0; i < length; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

}  // namespace

std::string Md5Text(std::string_view bytes) { return DigestText(bytes, EVP_md5()); }
std::string Sha1Text(std::string_view bytes) { return DigestText(bytes, EVP_sha1()); }

std::string Sha2Text(std::string_view bytes, int bits) {
  switch (bits) {
    case 224:
      return DigestText(bytes, EVP_sha224());
    case 256:
      return DigestText(bytes, EVP_sha256());
    case 384:
      return DigestText(bytes, EVP_sha384());
    default:
      return DigestText(bytes, EVP_sha512());
  }
}

}  // namespace firesteel::functions
