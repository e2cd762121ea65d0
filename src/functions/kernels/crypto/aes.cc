#include "functions/kernels/crypto/aes.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>
#include <optional>
#include <string>

#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/case_mapping.h"

namespace firesteel::functions {

namespace {

constexpr size_t kTagBytes = 16;
constexpr std::string_view kNames = "`aes_encrypt`/`aes_decrypt`";

enum class Mode : uint8_t { kGcm, kCbc, kEcb };

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::optional<Mode> ModeOf(Row& row, std::string_view mode, std::string_view padding) {
  const std::string name = UpperText(mode);
  const std::string pad = UpperText(padding);
  const bool usual = pad == "DEFAULT";
  if (name == "GCM" && (usual || pad == "NONE")) return Mode::kGcm;
  if (name == "CBC" && (usual || pad == "PKCS")) return Mode::kCbc;
  if (name == "ECB" && (usual || pad == "PKCS")) return Mode::kEcb;
  return row.Fail(
      "UNSUPPORTED_FEATURE.AES_MODE",
      {{"mode", std::string(mode)}, {"padding", std::string(padding)}, {"functionName", std::string(kNames)}},
      ErrorClass::kRuntime, false);
}

const EVP_CIPHER* CipherOf(Mode mode, size_t key_bytes) {
  const bool is_16 = key_bytes == 16;
  const bool is_24 = key_bytes == 24;
  switch (mode) {
    case Mode::kGcm:
      return is_16 ? EVP_aes_128_gcm() : is_24 ? EVP_aes_192_gcm() : EVP_aes_256_gcm();
    case Mode::kCbc:
      return is_16 ? EVP_aes_128_cbc() : is_24 ? EVP_aes_192_cbc() : EVP_aes_256_cbc();
    case Mode::kEcb:
      return is_16 ? EVP_aes_128_ecb() : is_24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
  }
  return nullptr;
}

size_t IvBytes(Mode mode) { return mode == Mode::kGcm ? 12 : mode == Mode::kCbc ? 16 : 0; }

bool CheckKey(Row& row, std::string_view key) {
  if (key.size() == 16 || key.size() == 24 || key.size() == 32) return true;
  row.Fail(
      "INVALID_PARAMETER_VALUE.AES_KEY_LENGTH",
      {{"parameter", "`key`"}, {"functionName", std::string(kNames)}, {"actualLength", std::to_string(key.size())}},
      ErrorClass::kRuntime, false);
  return false;
}

std::nullopt_t FailCrypto(Row& row, std::string detail) {
  return row.Fail(
      "INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR",
      {{"parameter", "`expr`, `key`"}, {"functionName", std::string(kNames)}, {"detailMessage", std::move(detail)}},
      ErrorClass::kRuntime, false);
}

std::nullopt_t FailFeature(Row& row, std::string_view sub, std::string_view mode) {
  return row.Fail("UNSUPPORTED_FEATURE." + std::string(sub),
                  {{"mode", UpperText(mode)}, {"functionName", "`aes_encrypt`"}}, ErrorClass::kRuntime, false);
}

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
Context NewContext() { return Context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free); }

std::optional<std::string> Encrypt(Row& row, std::string_view text, std::string_view key, std::string_view mode_name,
                                   std::string_view padding, std::string_view given_iv, std::string_view data) {
  if (!CheckKey(row, key)) return std::nullopt;
  const std::optional<Mode> mode = ModeOf(row, mode_name, padding);
  if (!mode) return std::nullopt;
  std::string iv(given_iv);
  if (!iv.empty()) {
    if (*mode == Mode::kEcb) return FailFeature(row, "AES_MODE_IV", mode_name);
    if (iv.size() != IvBytes(*mode)) {
      return row.Fail("INVALID_PARAMETER_VALUE.AES_IV_LENGTH",
                      {{"mode", std::string(mode_name)},
                       {"parameter", "`iv`"},
                       {"functionName", std::string(kNames)},
                       {"actualLength", std::to_string(iv.size())}},
                      ErrorClass::kRuntime, false);
    }
  } else {
    iv.resize(IvBytes(*mode));
    if (!iv.empty() && RAND_bytes(Bytes(iv), static_cast<int>(iv.size())) != 1) {
      throw InternalError("no random bytes");
    }
  }
  if (!data.empty() && *mode != Mode::kGcm) return FailFeature(row, "AES_MODE_AAD", mode_name);
  const Context context = NewContext();
  std::string out(text.size() + 32, '\0');
  int written = 0;
  int tail = 0;
  bool good = EVP_EncryptInit_ex(context.get(), CipherOf(*mode, key.size()), nullptr, Bytes(key),
                                 iv.empty() ? nullptr : Bytes(iv)) == 1;
  if (good && !data.empty()) {
    good = EVP_EncryptUpdate(context.get(), nullptr, &written, Bytes(data), static_cast<int>(data.size())) == 1;
  }
  good = good &&
         EVP_EncryptUpdate(context.get(), Bytes(out), &written, Bytes(text), static_cast<int>(text.size())) == 1 &&
         EVP_EncryptFinal_ex(context.get(), Bytes(out) + written, &tail) == 1;
  if (!good) return FailCrypto(row, "Encryption failed");
  out.resize(static_cast<size_t>(written + tail));
  if (*mode == Mode::kGcm) {
    std::string tag(kTagBytes, '\0');
    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, Bytes(tag));
    out += tag;
  }
  return iv + out;
}

std::optional<std::string> Decrypt(Row& row, std::string_view text, std::string_view key, std::string_view mode_name,
                                   std::string_view padding, std::string_view data) {
  if (!CheckKey(row, key)) return std::nullopt;
  const std::optional<Mode> mode = ModeOf(row, mode_name, padding);
  if (!mode) return std::nullopt;
  if (text.size() < IvBytes(*mode)) {
    return FailCrypto(row, *mode == Mode::kCbc ? "IV buffer too short for given offset/length combination"
                                               : "Invalid buffer arguments");
  }
  // ECB has no use for it and does not look at it.
  if (!data.empty() && *mode == Mode::kCbc) return FailFeature(row, "AES_MODE_AAD", mode_name);
  const std::string_view iv = text.substr(0, IvBytes(*mode));
  std::string_view body = text.substr(iv.size());
  std::string tag;
  if (*mode == Mode::kGcm) {
    if (body.size() < kTagBytes)
      return FailCrypto(row, "Input data too short to contain an expected tag length of 16bytes");
    tag = body.substr(body.size() - kTagBytes);
    body.remove_suffix(kTagBytes);
  } else if (body.empty()) {
    return std::string();
  } else if (body.size() % 16 != 0) {
    return FailCrypto(row, "Input length must be multiple of 16 when decrypting with padded cipher");
  }
  const Context context = NewContext();
  std::string out(body.size() + 32, '\0');
  int written = 0;
  int tail = 0;
  bool good = EVP_DecryptInit_ex(context.get(), CipherOf(*mode, key.size()), nullptr, Bytes(key),
                                 iv.empty() ? nullptr : Bytes(iv)) == 1;
  if (good && !data.empty() && *mode == Mode::kGcm) {
    good = EVP_DecryptUpdate(context.get(), nullptr, &written, Bytes(data), static_cast<int>(data.size())) == 1;
  }
  good =
      good && EVP_DecryptUpdate(context.get(), Bytes(out), &written, Bytes(body), static_cast<int>(body.size())) == 1;
  if (good && *mode == Mode::kGcm) {
    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, Bytes(tag));
  }
  if (!good || EVP_DecryptFinal_ex(context.get(), Bytes(out) + written, &tail) != 1) {
    return FailCrypto(row, *mode == Mode::kGcm
                               ? "Tag mismatch!"
                               : "Given final block not properly padded. Such issues can arise if a bad "
                                 "key is used during decryption.");
  }
  out.resize(static_cast<size_t>(written + tail));
  return out;
}

}  // namespace

const Kernel kAesEncrypt = RowKernel<Encrypt>(true);
const Kernel kAesDecrypt = RowKernel<Decrypt>(true);

}  // namespace firesteel::functions
