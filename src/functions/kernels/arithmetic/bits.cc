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

/// The bit at a position counted from the right.
std::optional<int8_t> BitGet(Row& row, int64_t value, int32_t position) {
  int bits = 64;
  switch (row.call().argument_types[0].kind()) {
    case TypeKind::kByte:
      bits = 8;
      break;
    case TypeKind::kShort:
      bits = 16;
      break;
    case TypeKind::kInt:
      bits = 32;
      break;
    default:
      break;
  }
  if (position >= 0 && position < bits) return static_cast<int8_t>(value >> position & 1);
  return row.Fail("INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE",
                  {{"functionName", "`" + row.call().function_name + "`"},
                   {"parameter", "`pos`"},
                   {"upper", std::to_string(bits)},
                   {"invalidValue", std::to_string(position)}},
                  ErrorClass::kIllegalArgument, false);
}
template <class T>
std::optional<int8_t> BitGetOf(Row& row, T value, int32_t position) {
  return BitGet(row, value, position);
}
void RunBitGet(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kByte:
      return RunRows<BitGetOf<int8_t>>(context, arguments, rows, result);
    case TypeKind::kShort:
      return RunRows<BitGetOf<int16_t>>(context, arguments, rows, result);
    case TypeKind::kInt:
      return RunRows<BitGetOf<int32_t>>(context, arguments, rows, result);
    default:
      return RunRows<BitGetOf<int64_t>>(context, arguments, rows, result);
  }
}

template <auto kForInt, auto kForLong>
void RunShift(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  if (context.call().result_type.Is(TypeKind::kLong)) return RunRows<kForLong>(context, arguments, rows, result);
  RunRows<kForInt>(context, arguments, rows, result);
}

}  // namespace

const Kernel kBitGet{RunBitGet, nullptr, true};
const Kernel kShiftLeft{RunShift<ShiftLeft<int32_t>, ShiftLeft<int64_t>>, nullptr, false};
const Kernel kShiftRight{RunShift<ShiftRight<int32_t>, ShiftRight<int64_t>>, nullptr, false};
const Kernel kShiftRightUnsigned{RunShift<ShiftRightUnsigned<int32_t>, ShiftRightUnsigned<int64_t>>, nullptr, false};

}  // namespace firesteel::functions
