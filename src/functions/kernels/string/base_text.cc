#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/base64.h"
#include "base/hex_text.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/case_mapping.h"
#include "functions/kernels/string/text_format.h"

/// Bytes as text and back; binaries padded, trimmed and overlaid; keyed digests.
namespace firesteel::functions {

namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::string ToBase32(std::string_view bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 5) {
    uint64_t group = 0;
    const size_t count = std::min<size_t>(5, bytes.size() - i);
    for (size_t k = 0; k < 5; ++k) group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0);
    const size_t used = (count * 8 + 4) / 5;
    for (size_t k = 0; k < 8; ++k) text += k < used ? kBase32[group >> (35 - 5 * k) & 31] : '=';
  }
  return text;
}

/// Characters outside of the alphabet are skipped; letters count in both cases.
std::string FromBase32(std::string_view text) {
  std::string bytes;
  uint32_t group = 0;
  int bits = 0;
  size_t symbols = 0;
  for (char c : text) {
    if (c == '=') break;
    const size_t value = kBase32.find(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
    if (value == std::string_view::npos) continue;
    group = group << 5 | static_cast<uint32_t>(value);
    bits += 5;
    ++symbols;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 0xFF);
    }
  }
  // One character behind the last whole group stands for a byte of its first three bits, as in Apache Commons Codec.
  if (symbols % 8 == 1) bytes += static_cast<char>(group >> 2 & 7);
  return bytes;
}

/// Strict base 64: groups of four, padding only at the end, white space between.
std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes;
  uint32_t group = 0;
  int symbols = 0;
  int padding = 0;
  for (char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const size_t value = kBase64Alphabet.find(c);
    if (value == std::string_view::npos || padding > 0) return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(value);
    if (++symbols % 4 == 0) {
      bytes += static_cast<char>(group >> 16 & 0xFF);
      bytes += static_cast<char>(group >> 8 & 0xFF);
      bytes += static_cast<char>(group & 0xFF);
      group = 0;
    }
  }
  const int rest = symbols % 4;
  if (rest == 1 || padding > 2 || (padding > 0 && (symbols + padding) % 4 != 0)) return std::nullopt;
  if (rest == 2) bytes += static_cast<char>(group >> 4 & 0xFF);
  if (rest == 3) {
    bytes += static_cast<char>(group >> 10 & 0xFF);
    bytes += static_cast<char>(group >> 2 & 0xFF);
  }
  return bytes;
}

std::optional<std::string> ToBinary(Row& row, std::string_view text, std::string_view format) {
  const std::string name = UpperText(format);
  std::optional<std::string> bytes;
  if (name == "HEX") bytes = FromHex(text);
  if (name == "BASE64") bytes = FromBase64(text);
  if (name == "UTF-8" || name == "UTF8") bytes = std::string(text);
  if (bytes) return bytes;
  return row.Fail("CONVERSION_INVALID_INPUT",
                  {{"str", "'" + std::string(text) + "'"},
                   {"fmt", "'" + name + "'"},
                   {"targetType", "\"BINARY\""},
                   {"suggestion", "`try_to_binary`"}},
                  ErrorClass::kIllegalArgument, false);
}

std::optional<std::string> Hmac(Row& row, std::string_view key, std::string_view message, std::string_view algorithm) {
  const std::string name = UpperText(algorithm);
  const EVP_MD* digest = name == "MD5"                           ? EVP_md5()
                         : name == "SHA-1" || name == "SHA1"     ? EVP_sha1()
                         : name == "SHA-224" || name == "SHA224" ? EVP_sha224()
                         : name == "SHA-256" || name == "SHA256" ? EVP_sha256()
                         : name == "SHA-384" || name == "SHA384" ? EVP_sha384()
                         : name == "SHA-512" || name == "SHA512" ? EVP_sha512()
                                                                 : nullptr;
  if (!digest) {
    return row.Fail("INVALID_PARAMETER_VALUE.HMAC_ALGORITHM",
                    {{"parameter", "`algorithm`"},
                     {"functionName", "`" + row.call().function_name + "`"},
                     {"algorithm", "'" + std::string(algorithm) + "'"}},
                    ErrorClass::kRuntime, false);
  }
  if (key.empty()) {
    return row.Fail("INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR",
                    {{"parameter", "`key`"},
                     {"functionName", "`" + row.call().function_name + "`"},
                     {"detailMessage", "Empty key"}},
                    ErrorClass::kRuntime, false);
  }
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(digest, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
       message.size(), bytes, &length);
  return std::string(reinterpret_cast<const char*>(bytes), length);
}

std::string PadBinary(std::string_view bytes, int32_t length, std::string_view pad, bool left) {
  if (length <= 0) return {};
  const auto wanted = static_cast<size_t>(length);
  if (bytes.size() >= wanted || pad.empty()) return std::string(bytes.substr(0, std::min(bytes.size(), wanted)));
  std::string padding;
  while (padding.size() < wanted - bytes.size()) padding += pad;
  padding.resize(wanted - bytes.size());
  return left ? padding + std::string(bytes) : std::string(bytes) + padding;
}
std::string PadBinaryLeft(std::string_view bytes, int32_t length, std::string_view pad) {
  return PadBinary(bytes, length, pad, true);
}
std::string PadBinaryRight(std::string_view bytes, int32_t length, std::string_view pad) {
  return PadBinary(bytes, length, pad, false);
}

std::string_view TrimBinary(std::string_view bytes, std::string_view trimmed) {
  while (!bytes.empty() && trimmed.find(bytes.front()) != std::string_view::npos) bytes.remove_prefix(1);
  while (!bytes.empty() && trimmed.find(bytes.back()) != std::string_view::npos) bytes.remove_suffix(1);
  return bytes;
}

/// overlay(bytes, replacement, position from 1, length, or the replacement's when negative).
std::string OverlayBinary(std::string_view bytes, std::string_view replacement, int32_t position, int32_t length) {
  const int64_t count = length >= 0 ? length : static_cast<int64_t>(replacement.size());
  const auto size = static_cast<int64_t>(bytes.size());
  // Pieces as substring cuts them: positions from 1, 0 as 1, negative from the end.
  const int64_t before = std::clamp<int64_t>(static_cast<int64_t>(position) - 1, 0, size);
  const int64_t next = static_cast<int64_t>(position) + count;
  const int64_t behind = next > 0 ? next - 1 : next < 0 ? size + next : 0;
  std::string text(bytes.substr(0, static_cast<size_t>(before)));
  text += replacement;
  if (behind < size) text += bytes.substr(static_cast<size_t>(std::max<int64_t>(behind, 0)));
  return text;
}

}  // namespace

const Kernel kToBase32 = RowKernel<ToBase32>();
const Kernel kFromBase32 = RowKernel<FromBase32>();
const Kernel kToBinary = RowKernel<ToBinary>(true);
const Kernel kHmac = RowKernel<Hmac>(true);
const Kernel kPadBinaryLeft = RowKernel<PadBinaryLeft>();
const Kernel kPadBinaryRight = RowKernel<PadBinaryRight>();
const Kernel kTrimBinary = RowKernel<TrimBinary>();
const Kernel kOverlayBinary = RowKernel<OverlayBinary>();

}  // namespace firesteel::functions
