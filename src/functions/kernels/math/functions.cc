#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "functions/kernels/kernels.h"
#include "functions/kernels/math/strict_math.h"
#include "functions/kernels/row_kernel.h"

namespace firesteel::functions {

namespace {

double Sqrt(double x) { return std::sqrt(x); }
double Exp(double x) { return StrictExp(x); }
double Expm1(double x) { return std::expm1(x); }
double Sin(double x) { return std::sin(x); }
double Cos(double x) { return std::cos(x); }
double Tan(double x) { return std::tan(x); }
double Cot(double x) { return 1 / std::tan(x); }
double Sec(double x) { return 1 / std::cos(x); }
double Csc(double x) { return 1 / std::sin(x); }
double Asin(double x) { return std::asin(x); }
double Acos(double x) { return std::acos(x); }
double Atan(double x) { return std::atan(x); }
double Sinh(double x) { return std::sinh(x); }
double Cosh(double x) { return StrictCosh(x); }
double Tanh(double x) { return std::tanh(x); }
double Asinh(double x) { return std::asinh(x); }
double Acosh(double x) { return std::acosh(x); }
double Atanh(double x) { return 0.5 * (std::log1p(x) - std::log1p(-x)); }
/// As java.lang.StrictMath has it, the algorithm of fdlibm's s_cbrt.c: an estimate from the exponent, a rational
/// approximation to 23 bits, and one step of Newton's. The C library's differs in the last digit.
double Cbrt(double x) {
  if (x == 0 || !std::isfinite(x)) return x;
  const double value = std::fabs(x);
  const auto high = [](double number) { return std::bit_cast<uint64_t>(number) >> 32; };
  const auto of_high = [](uint64_t word) { return std::bit_cast<double>(word << 32); };
  double t = value < 0x1p-1022 ? of_high(high(value * 0x1p54) / 3 + 696219795) : of_high(high(value) / 3 + 715094163);
  double r = t * t / value;
  double s = 0x1.15f15f15f15f1p-1 + r * t;
  t *= 0x1.6db6db6db6db7p-2 + 0x1.9b6db6db6db6ep0 / (s + 0x1.6a0ea0ea0ea0fp0 + -0x1.691de2532c834p-1 / s);
  t = of_high(high(t) + 1);
  s = t * t;
  r = value / s;
  t += t * ((r - t) / (t + t + r));
  return std::copysign(t, x);
}
double Rint(double x) { return std::nearbyint(x); }
double Signum(double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; }
double Degrees(double x) { return x * (180.0 / std::numbers::pi); }
double Radians(double x) { return x * (std::numbers::pi / 180.0); }

/// Logarithms outside of their domain are null, in every mode.
std::optional<double> Ln(double x) {
  if (x <= 0) return std::nullopt;
  return StrictLog(x);
}
std::optional<double> Log10(double x) {
  if (x <= 0) return std::nullopt;
  return std::log10(x);
}
std::optional<double> Log2(double x) {
  if (x <= 0) return std::nullopt;
  static const double kLogOfTwo = StrictLog(2);
  return StrictLog(x) / kLogOfTwo;
}
std::optional<double> Log1p(double x) {
  if (x <= -1) return std::nullopt;
  return std::log1p(x);
}
/// Most calls have one base for all rows.
void RunLogBase(KernelContext&, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  double last_base = 0;
  double log_of_base = 0;
  for (size_t row = 0; row < rows; ++row) {
    if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row)) {
      result.SetNull(row);
      continue;
    }
    const double base = arguments[0].Get<double>(row);
    const double x = arguments[1].Get<double>(row);
    if (base <= 0 || x <= 0) {
      result.SetNull(row);
      continue;
    }
    if (base != last_base) {
      last_base = base;
      log_of_base = StrictLog(base);
    }
    result.Data<double>()[row] = StrictLog(x) / log_of_base;
  }
}

/// StrictMath.pow: unlike C's, 1 to the power of NaN and of infinity is NaN.
double Pow(double x, double y) {
  if (std::isnan(y) || (std::fabs(x) == 1 && std::isinf(y))) return std::numeric_limits<double>::quiet_NaN();
  return std::pow(x, y);
}
/// Adding 0.0 turns -0.0 into 0.0, as Spark does.
double Atan2(double y, double x) { return std::atan2(y + 0.0, x + 0.0); }
double Hypot(double x, double y) { return std::hypot(x, y); }

std::optional<int64_t> Factorial(int32_t n) {
  if (n < 0 || n > 20) return std::nullopt;
  int64_t result = 1;
  for (int32_t i = 2; i <= n; ++i) result *= i;
  return result;
}

std::optional<int64_t> WidthBucket(double value, double low, double high, int64_t count) {
  if (count <= 0 || count == std::numeric_limits<int64_t>::max() || std::isnan(value) || low == high ||
      !std::isfinite(low) || !std::isfinite(high)) {
    return std::nullopt;
  }
  double least = std::min(low, high);
  double most = std::max(low, high);
  bool ascending = low < high;
  if (value < least) return ascending ? 0 : count + 1;
  if (value >= most && ascending) return count + 1;
  if (value > most) return 0;
  if (!ascending && value <= least) return count + 1;
  double share = ascending ? (value - low) / (high - low) : (low - value) / (low - high);
  return static_cast<int64_t>(static_cast<double>(count) * share) + 1;
}

}  // namespace

const Kernel kSqrt = RowKernel<Sqrt>();
const Kernel kExp = RowKernel<Exp>();
const Kernel kExpm1 = RowKernel<Expm1>();
const Kernel kLn = RowKernel<Ln>();
const Kernel kLog10 = RowKernel<Log10>();
const Kernel kLog2 = RowKernel<Log2>();
const Kernel kLog1p = RowKernel<Log1p>();
const Kernel kSin = RowKernel<Sin>();
const Kernel kCos = RowKernel<Cos>();
const Kernel kTan = RowKernel<Tan>();
const Kernel kCot = RowKernel<Cot>();
const Kernel kSec = RowKernel<Sec>();
const Kernel kCsc = RowKernel<Csc>();
const Kernel kAsin = RowKernel<Asin>();
const Kernel kAcos = RowKernel<Acos>();
const Kernel kAtan = RowKernel<Atan>();
const Kernel kSinh = RowKernel<Sinh>();
const Kernel kCosh = RowKernel<Cosh>();
const Kernel kTanh = RowKernel<Tanh>();
const Kernel kAsinh = RowKernel<Asinh>();
const Kernel kAcosh = RowKernel<Acosh>();
const Kernel kAtanh = RowKernel<Atanh>();
const Kernel kCbrt = RowKernel<Cbrt>();
const Kernel kRint = RowKernel<Rint>();
namespace {

template <class T>
double SignOf(T value) {
  return value > 0 ? 1.0 : value < 0 ? -1.0 : 0.0;
}

void RunSignum(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  switch (context.call().argument_types[0].kind()) {
    case TypeKind::kYearMonthInterval:
      return RunRows<SignOf<int32_t>>(context, arguments, rows, result);
    case TypeKind::kDayTimeInterval:
      return RunRows<SignOf<int64_t>>(context, arguments, rows, result);
    default:
      return RunRows<Signum>(context, arguments, rows, result);
  }
}

}  // namespace

const Kernel kSignum{RunSignum, nullptr, false};
const Kernel kDegrees = RowKernel<Degrees>();
const Kernel kRadians = RowKernel<Radians>();
const Kernel kLogBase{RunLogBase, nullptr, false};
const Kernel kPow = RowKernel<Pow>();
const Kernel kAtan2 = RowKernel<Atan2>();
const Kernel kHypot = RowKernel<Hypot>();
const Kernel kFactorial = RowKernel<Factorial>();
const Kernel kWidthBucket = RowKernel<WidthBucket>();

}  // namespace firesteel::functions
