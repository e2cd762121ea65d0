#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace firesteel::functions {

/// Digests by OpenSSL, one after another: its algorithms are looked up once, its context is kept. For one thread.
class Digester {
 public:
  enum class Algorithm : unsigned char { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };
  static constexpr size_t kMostBytes = 64;

  Digester();
  /// Writes the digest of the bytes (at most kMostBytes) and gives its length.
  size_t Digest(Algorithm algorithm, std::string_view bytes, unsigned char* digest);
  /// Writes the digest in lower-case hexadecimal digits (at most 2 × kMostBytes) and gives their count.
  size_t DigestText(Algorithm algorithm, std::string_view bytes, char* text);

  /// The name by which OpenSSL knows an algorithm.
  static const char* NameOf(Algorithm algorithm);

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace firesteel::functions
