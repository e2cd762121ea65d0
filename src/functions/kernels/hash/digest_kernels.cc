#include <array>
#include <optional>

#include "functions/kernels/hash/digest.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

namespace {

std::optional<std::string> Sha2(std::string_view bytes, int32_t bits) {
  if (bits == 0) bits = 256;
  if (bits != 224 && bits != 256 && bits != 384 && bits != 512) return std::nullopt;
  return Sha2Text(bytes, bits);
}

constexpr std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320U : value >> 1;
    table[i] = value;
  }
  return table;
}

/// CRC-32 of IEEE 802.3, as a number without sign.
int64_t Crc32(std::string_view bytes) {
  static constexpr std::array<uint32_t, 256> kTable = MakeCrcTable();
  uint32_t crc = 0xFFFFFFFFU;
  for (char c : bytes) crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFF] ^ (crc >> 8);
  return crc ^ 0xFFFFFFFFU;
}

}  // namespace

const Kernel kMd5 = RowKernel<Md5Text>();
const Kernel kSha1 = RowKernel<Sha1Text>();
const Kernel kSha2 = RowKernel<Sha2>();
const Kernel kCrc32 = RowKernel<Crc32>();

}  // namespace firesteel::functions
