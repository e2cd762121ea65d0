#include <cmath>
#include <limits>

#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/kernels.h"

namespace firesteel::functions {

namespace {

std::optional<double> DivideDouble(Row& row, double a, double b) {
  if (b == 0) return FailDivideByZero(row);
  return a / b;
}

std::optional<int64_t> IntegralDivide(Row& row, int64_t a, int64_t b) {
  if (b == 0) return FailDivideByZero(row);
  if (b == -1) {
    if (a != std::numeric_limits<int64_t>::min()) return -a;
    if (row.mode() == EvalMode::kLegacy) return a;
    return FailOverflow(row, "Overflow in integral divide", "try_divide");
  }
  return a / b;
}

std::optional<int64_t> DivideMonths(Row& row, int32_t a, int32_t b) { return IntegralDivide(row, a, b); }

/// C's fmod, which takes bit after bit of the quotient: where a double holds the whole quotient, at most one too large,
/// one multiplication without rounding gives the rest.
double RestOf(double a, double b) {
  constexpr double kExactQuotients = 0x1p52;
  const double quotient = std::trunc(a / b);
  if (!(std::fabs(quotient) < kExactQuotients) || !std::isfinite(b)) return std::fmod(a, b);
  double rest = std::fma(-quotient, b, a);
  if (rest != 0 && std::signbit(rest) != std::signbit(a)) rest += std::copysign(b, a);
  return std::copysign(rest, a);
}

/// The sign of the dividend stays, as in Java.
template <class T>
std::optional<T> Remainder(Row& row, T a, T b) {
  if (b == 0) return FailRemainderByZero(row);
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(RestOf(a, b));
  } else {
    return b == T(-1) ? T(0) : static_cast<T>(a % b);
  }
}

/// Spark's pmod: r = a % n; r < 0 ? (r + n) % n : r. A negative n keeps its negative results.
template <class T>
std::optional<T> Pmod(Row& row, T a, T n) {
  std::optional<T> r = Remainder<T>(row, a, n);
  if (!r || !(*r < 0)) return r;
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(RestOf(*r + n, n));
  } else {
    if (n == T(-1)) return T(0);
    // In a wider type: the sum of two ints may pass 32 bits, and Java's wraps the same way after % for positive n.
    return static_cast<T>((static_cast<int128_t>(*r) + n) % n);
  }
}

#define FIRESTEEL_BY_TYPE(NAME, FUNCTION)                                                                       \
  void NAME(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) { \
    switch (context.call().result_type.kind()) {                                                                \
      case TypeKind::kByte:                                                                                     \
        return RunRows<FUNCTION<int8_t>>(context, arguments, rows, result);                                     \
      case TypeKind::kShort:                                                                                    \
        return RunRows<FUNCTION<int16_t>>(context, arguments, rows, result);                                    \
      case TypeKind::kInt:                                                                                      \
        return RunRows<FUNCTION<int32_t>>(context, arguments, rows, result);                                    \
      case TypeKind::kFloat:                                                                                    \
        return RunRows<FUNCTION<float>>(context, arguments, rows, result);                                      \
      case TypeKind::kDouble:                                                                                   \
        return RunRows<FUNCTION<double>>(context, arguments, rows, result);                                     \
      default:                                                                                                  \
        return RunRows<FUNCTION<int64_t>>(context, arguments, rows, result);                                    \
    }                                                                                                           \
  }

FIRESTEEL_BY_TYPE(RunRemainder, Remainder)
FIRESTEEL_BY_TYPE(RunPmod, Pmod)
#undef FIRESTEEL_BY_TYPE

void RunIntegralDivide(KernelContext& context, std::span<const VectorView> arguments, size_t rows,
                       ResultVector& result) {
  if (context.call().argument_types[0].Is(TypeKind::kYearMonthInterval)) {
    return RunRows<DivideMonths>(context, arguments, rows, result);
  }
  RunRows<IntegralDivide>(context, arguments, rows, result);
}

}  // namespace

const Kernel kDivideDouble = RowKernel<DivideDouble>(true);
const Kernel kIntegralDivide{RunIntegralDivide, nullptr, true};
const Kernel kRemainder{RunRemainder, nullptr, true};
const Kernel kPmod{RunPmod, nullptr, true};

}  // namespace firesteel::functions
