#include <array>
#include <bit>
#include <string>

#include "functions/kernels/aggregate/aggregate.h"
#include "functions/kernels/row_kernel.h"

/// Bitmaps of 32768 bits, least significant bit of each byte first.
namespace firesteel::functions {

namespace {

constexpr size_t kBytes = 4096;
constexpr int64_t kBits = 8 * kBytes;

int64_t BitPosition(int64_t value) {
  if (value > 0) return (value - 1) % kBits;
  return static_cast<int64_t>(uint64_t{0} - static_cast<uint64_t>(value)) % kBits;
}
int64_t BucketNumber(int64_t value) { return value > 0 ? 1 + (value - 1) / kBits : value / kBits; }

int64_t BitCount(std::string_view bytes) {
  int64_t count = 0;
  for (unsigned char byte : bytes) count += std::popcount(byte);
  return count;
}

template <class F>
void RunBitmaps(std::span<const VectorView> arguments, size_t rows, ResultVector& result, unsigned char empty, F&& f) {
  const VectorView& list = arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    std::string bitmap(kBytes, static_cast<char>(empty));
    const ListSlot slot = list.IsValid(row) ? list.Get<ListSlot>(row) : ListSlot{0, 0};
    for (uint64_t i = 0; i < slot.length; ++i) {
      if (list.children[0].IsValid(slot.offset + i)) f(row, list.children[0], slot.offset + i, bitmap);
    }
    result.SetText(row, bitmap);
  }
}

void RunConstruct(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  RunBitmaps(arguments, rows, result, 0, [&](size_t row, const VectorView& values, size_t index, std::string& bitmap) {
    const int64_t bit = values.Get<int64_t>(index);
    if (bit < 0 || bit >= kBits) {
      context.Fail(row, "INVALID_BITMAP_POSITION",
                   {{"bitPosition", std::to_string(bit)},
                    {"bitmapNumBits", std::to_string(kBits)},
                    {"bitmapNumBytes", std::to_string(kBytes)}},
                   ErrorClass::kArrayIndex, false);
      return;
    }
    bitmap[static_cast<size_t>(bit / 8)] |= static_cast<char>(1 << (bit % 8));
  });
}

void RunOr(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  RunBitmaps(arguments, rows, result, 0, [](size_t, const VectorView& values, size_t index, std::string& bitmap) {
    const std::string_view other = values.Text(index);
    for (size_t i = 0; i < kBytes && i < other.size(); ++i) bitmap[i] |= other[i];
  });
}

void RunAnd(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  RunBitmaps(arguments, rows, result, 0xFF, [](size_t, const VectorView& values, size_t index, std::string& bitmap) {
    const std::string_view other = values.Text(index);
    for (size_t i = 0; i < kBytes; ++i) bitmap[i] &= i < other.size() ? other[i] : '\0';
  });
}

}  // namespace

const Kernel kBitmapBitPosition = RowKernel<BitPosition>();
const Kernel kBitmapBucketNumber = RowKernel<BucketNumber>();
const Kernel kBitmapCount = RowKernel<BitCount>();
const Kernel kBitmapConstruct{RunConstruct, nullptr, true};
const Kernel kBitmapOr{RunOr};
const Kernel kBitmapAnd{RunAnd};

}  // namespace firesteel::functions
