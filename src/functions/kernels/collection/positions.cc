#include "functions/kernels/collection/collection.h"

namespace firesteel::functions {

namespace {

void RunPositions(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const VectorView& lengths = arguments[0];
  for (size_t row = 0; row < rows; ++row) {
    if (!lengths.IsValid(row)) {
      result.SetList(row, 0, 0);
      result.SetNull(row);
      continue;
    }
    const auto length = static_cast<uint64_t>(lengths.Get<int64_t>(row));
    const uint64_t offset = result.AppendList(row, length);
    int32_t* positions = result.Child(0).Data<int32_t>() + offset;
    for (uint64_t i = 0; i < length; ++i) positions[i] = static_cast<int32_t>(i);
  }
}

}  // namespace

const Kernel kPositions{RunPositions};

}  // namespace firesteel::functions
