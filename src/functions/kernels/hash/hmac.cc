#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>
#include <optional>
#include <string>

#include "functions/kernels/hash/digest.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/case_mapping.h"
#include "functions/kernels/string/text_format.h"

namespace firesteel::functions {

namespace {

using Algorithm = Digester::Algorithm;

std::optional<Algorithm> AlgorithmOf(std::string_view text) {
  const std::string name = UpperText(text);
  if (name == "MD5") return Algorithm::kMd5;
  if (name == "SHA-1" || name == "SHA1") return Algorithm::kSha1;
  if (name == "SHA-224" || name == "SHA224") return Algorithm::kSha224;
  if (name == "SHA-256" || name == "SHA256") return Algorithm::kSha256;
  if (name == "SHA-384" || name == "SHA384") return Algorithm::kSha384;
  if (name == "SHA-512" || name == "SHA512") return Algorithm::kSha512;
  return std::nullopt;
}

/// Keyed digests by OpenSSL, one after another, whose context is kept.
class KeyedDigester {
 public:
  /// False for a name that is no algorithm's.
  bool SetAlgorithm(std::string_view name) {
    if (is_known_ && name == name_) return true;
    const std::optional<Algorithm> algorithm = AlgorithmOf(name);
    is_known_ = algorithm.has_value();
    if (!algorithm) return false;
    name_ = name;
    std::string digest = Digester::NameOf(*algorithm);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
        OSSL_PARAM_construct_end()};
    Require(EVP_MAC_CTX_set_params(context_.get(), parameters));
    return true;
  }

  /// Writes at most Digester::kMostBytes bytes and gives their count. The key is not empty.
  size_t Digest(std::string_view key, std::string_view message, char* digest) {
    const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
    size_t length = 0;
    Require(EVP_MAC_init(context_.get(), bytes(key), key.size(), nullptr));
    Require(EVP_MAC_update(context_.get(), bytes(message), message.size()));
    Require(EVP_MAC_final(context_.get(), reinterpret_cast<unsigned char*>(digest), &length, Digester::kMostBytes));
    return length;
  }

 private:
  static void Require(int done) {
    if (done != 1) throw InternalError("the cryptographic library gave no keyed digest");
  }
  static EVP_MAC_CTX* NewContext() {
    static EVP_MAC* const kHmacMethod = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
    return EVP_MAC_CTX_new(kHmacMethod);
  }

  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context_{NewContext(), EVP_MAC_CTX_free};
  bool is_known_ = false;
  std::string name_;
};

void RunHmac(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  KeyedDigester digester;
  Row row(context);
  TextOut out(result);
  const std::string function = "`" + context.call().function_name + "`";
  for (row.index = 0; row.index < rows && !context.failed(); ++row.index) {
    out.index = row.index;
    if (!arguments[0].IsValid(row.index) || !arguments[1].IsValid(row.index) || !arguments[2].IsValid(row.index)) {
      out.SetNull();
      continue;
    }
    const std::string_view key = arguments[0].Text(row.index);
    const std::string_view algorithm = arguments[2].Text(row.index);
    if (!digester.SetAlgorithm(algorithm)) {
      row.Fail(
          "INVALID_PARAMETER_VALUE.HMAC_ALGORITHM",
          {{"parameter", "`algorithm`"}, {"functionName", function}, {"algorithm", "'" + std::string(algorithm) + "'"}},
          ErrorClass::kRuntime, false);
    } else if (key.empty()) {
      row.Fail("INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR",
               {{"parameter", "`key`"}, {"functionName", function}, {"detailMessage", "Empty key"}},
               ErrorClass::kRuntime, false);
    } else {
      out.Commit(digester.Digest(key, arguments[1].Text(row.index), out.Room(Digester::kMostBytes)));
    }
  }
}

}  // namespace

const Kernel kHmac{RunHmac, nullptr, true};

}  // namespace firesteel::functions
