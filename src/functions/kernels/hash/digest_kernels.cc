#include <array>
#include <optional>

#include "functions/kernels/hash/digest.h"
#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"
#include "functions/kernels/string/byte_words.h"

namespace firesteel::functions {

namespace {

using Algorithm = Digester::Algorithm;

void WriteDigest(Digester& digester, Algorithm algorithm, std::string_view bytes, TextOut& out) {
  out.Commit(digester.DigestText(algorithm, bytes, out.Room(2 * Digester::kMostBytes)));
}

template <Algorithm kAlgorithm>
void RunDigest(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Digester digester;
  TextOut out(result);
  for (out.index = 0; out.index < rows; ++out.index) {
    if (arguments[0].IsValid(out.index)) {
      WriteDigest(digester, kAlgorithm, arguments[0].Text(out.index), out);
    } else {
      out.SetNull();
    }
  }
}

std::optional<Algorithm> Sha2OfBits(int32_t bits) {
  switch (bits) {
    case 224:
      return Algorithm::kSha224;
    case 0:
    case 256:
      return Algorithm::kSha256;
    case 384:
      return Algorithm::kSha384;
    case 512:
      return Algorithm::kSha512;
    default:
      return std::nullopt;
  }
}

/// sha2(bytes, bits): NULL for other counts of bits than there are algorithms.
void RunSha2(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  Digester digester;
  TextOut out(result);
  for (out.index = 0; out.index < rows; ++out.index) {
    const bool valid = arguments[0].IsValid(out.index) && arguments[1].IsValid(out.index);
    const auto algorithm = valid ? Sha2OfBits(arguments[1].Get<int32_t>(out.index)) : std::nullopt;
    if (algorithm) {
      WriteDigest(digester, *algorithm, arguments[0].Text(out.index), out);
    } else {
      out.SetNull();
    }
  }
}

using CrcTable = std::array<uint32_t, 256>;

/// Table k: what a byte does to the checksum when k bytes follow it.
constexpr std::array<CrcTable, 8> MakeCrcTables() {
  std::array<CrcTable, 8> tables{};
  for (uint32_t i = 0; i < tables[0].size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320U : value >> 1;
    tables[0][i] = value;
  }
  for (size_t k = 1; k < tables.size(); ++k) {
    for (size_t i = 0; i < tables[k].size(); ++i) {
      tables[k][i] = tables[0][tables[k - 1][i] & 0xFF] ^ (tables[k - 1][i] >> 8);
    }
  }
  return tables;
}

/// CRC-32 of IEEE 802.3, as a number without sign.
int64_t Crc32(std::string_view bytes) {
  static constexpr std::array<CrcTable, 8> kTables = MakeCrcTables();
  uint32_t crc = 0xFFFFFFFFU;
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    const uint64_t word = LoadWord(bytes.data() + i) ^ crc;
    crc = 0;
    for (size_t k = 0; k < 8; ++k) crc ^= kTables[7 - k][word >> (8 * k) & 0xFF];
  }
  for (; i < bytes.size(); ++i) crc = kTables[0][(crc ^ static_cast<uint8_t>(bytes[i])) & 0xFF] ^ (crc >> 8);
  return crc ^ 0xFFFFFFFFU;
}

}  // namespace

const Kernel kMd5{RunDigest<Algorithm::kMd5>};
const Kernel kSha1{RunDigest<Algorithm::kSha1>};
const Kernel kSha2{RunSha2};
const Kernel kCrc32 = RowKernel<Crc32>();

}  // namespace firesteel::functions
