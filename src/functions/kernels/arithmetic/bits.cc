#include "functions/kernels/kernels.h"
#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

namespace {

/// As Java: only the low bits of the count matter.
template <class T>
T ShiftLeft(T value, int32_t count) {
  using Bits = std::make_unsigned_t<T>;
  return static_cast<T>(static_cast<Bits>(value) << (count & (sizeof(T) * 8 - 1)));
}
template <class T>
T ShiftRight(T value, int32_t count) {
  return value >> (count & (sizeof(T) * 8 - 1));
}
template <class T>
T ShiftRightUnsigned(T value, int32_t count) {
  using Bits = std::make_unsigned_t<T>;
  return static_cast<T>(static_cast<Bits>(value) >> (count & (sizeof(T) * 8 - 1)));
}

template <auto kForInt, auto kForLong>
void RunShift(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  if (context.call().result_type.Is(TypeKind::kLong)) return RunRows<kForLong>(context, arguments, rows, result);
  RunRows<kForInt>(context, arguments, rows, result);
}

}  // namespace

const Kernel kShiftLeft{RunShift<ShiftLeft<int32_t>, ShiftLeft<int64_t>>, nullptr, false};
const Kernel kShiftRight{RunShift<ShiftRight<int32_t>, ShiftRight<int64_t>>, nullptr, false};
const Kernel kShiftRightUnsigned{RunShift<ShiftRightUnsigned<int32_t>, ShiftRightUnsigned<int64_t>>, nullptr, false};

}  // namespace firesteel::functions
