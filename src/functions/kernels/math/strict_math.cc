#include "functions/kernels/math/strict_math.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace firesteel::functions {
namespace {

// ln 2 in two parts: the first has so few bits that its products with exponents are exact.
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

int32_t HighWord(double x) { return static_cast<int32_t>(std::bit_cast<uint64_t>(x) >> 32); }

double WithHighWord(double x, int32_t high) {
  const uint64_t low = std::bit_cast<uint64_t>(x) & 0xffffffffULL;
  return std::bit_cast<double>(static_cast<uint64_t>(static_cast<uint32_t>(high)) << 32 | low);
}

// y * 2^exponent of a y near 1.
double Scaled(double y, int32_t exponent) {
  if (exponent >= -1021)
    return WithHighWord(y, HighWord(y) + static_cast<int32_t>(static_cast<uint32_t>(exponent) << 20));
  return WithHighWord(y, HighWord(y) + static_cast<int32_t>(static_cast<uint32_t>(exponent + 1000) << 20)) * 0x1p-1000;
}

}  // namespace

// x = k ln 2 + r with |r| <= ln 2 / 2; exp(r) by a rational function of a polynomial in r squared.
double StrictExp(double x) {
  if (std::isnan(x)) return x;
  if (x > 7.09782712893383973096e+02) return kInfinity;
  if (x < -7.45133219101941108420e+02) return 0;
  const int32_t size = HighWord(std::fabs(x));
  const bool negative = std::signbit(x);
  double high = 0;
  double low = 0;
  int32_t k = 0;
  if (size > 0x3fd62e42) {    // |x| > ln 2 / 2
    if (size < 0x3ff0a2b2) {  // |x| < 3 ln 2 / 2
      high = negative ? x + kLn2High : x - kLn2High;
      low = negative ? -kLn2Low : kLn2Low;
      k = negative ? -1 : 1;
    } else {
      k = static_cast<int32_t>(1.44269504088896338700e+00 * x + (negative ? -0.5 : 0.5));
      high = x - k * kLn2High;
      low = k * kLn2Low;
    }
    x = high - low;
  } else if (size < 0x3e300000) {
    return 1 + x;
  }
  const double t = x * x;
  const double c =
      x -
      t * (1.66666666666666019037e-01 +
           t * (-2.77777777770155933842e-03 +
                t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  if (k == 0) return 1 - ((x * c) / (c - 2) - x);
  return Scaled(1 - ((low - (x * c) / (2 - c)) - high), k);
}

// x = 2^k (1 + f) with sqrt(2)/2 < 1 + f < sqrt(2); log(1 + f) by a polynomial in s = f / (2 + f).
double StrictLog(double x) {
  if (std::isnan(x) || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -kInfinity;
  if (std::isinf(x)) return x;
  int32_t k = 0;
  if (HighWord(x) < 0x00100000) {  // subnormal
    k = -54;
    x *= 0x1p54;
  }
  int32_t mantissa = HighWord(x);
  k += (mantissa >> 20) - 1023;
  mantissa &= 0x000fffff;
  const int32_t halve = (mantissa + 0x95f64) & 0x100000;
  const double f = WithHighWord(x, mantissa | (halve ^ 0x3ff00000)) - 1;
  k += halve >> 20;
  const double dk = k;
  if ((0x000fffff & (2 + mantissa)) < 3) {  // |f| < 2^-20
    if (f == 0) return k == 0 ? 0 : dk * kLn2High + dk * kLn2Low;
    const double rest = f * f * (0.5 - 0.33333333333333333 * f);
    return k == 0 ? f - rest : dk * kLn2High - ((rest - dk * kLn2Low) - f);
  }
  const double s = f / (2 + f);
  const double z = s * s;
  const double w = z * z;
  const double even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double odd =
      z * (6.666666666666735130e-01 +
           w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double rest = odd + even;
  if (((mantissa - 0x6147a) | (0x6b851 - mantissa)) > 0) {
    const double half = 0.5 * f * f;
    if (k == 0) return f - (half - s * (half + rest));
    return dk * kLn2High - ((half - (s * (half + rest) + dk * kLn2Low)) - f);
  }
  if (k == 0) return f - s * (f - rest);
  return dk * kLn2High - ((s * (f - rest) - dk * kLn2Low) - f);
}

double StrictCosh(double x) {
  const double value = std::fabs(x);
  if (!std::isfinite(value)) return value;
  const int32_t size = HighWord(value);
  if (size < 0x3fd62e43) {  // |x| < ln 2 / 2
    const double t = std::expm1(value);
    const double w = 1 + t;
    return size < 0x3c800000 ? w : 1 + (t * t) / (w + w);
  }
  if (size < 0x40360000) {  // |x| < 22
    const double t = StrictExp(value);
    return 0.5 * t + 0.5 / t;
  }
  if (value <= 7.09782712893383973096e+02) return 0.5 * StrictExp(value);
  const double w = StrictExp(0.5 * value);
  return 0.5 * w * w;  // infinite from 710.4758 on
}

}  // namespace firesteel::functions
