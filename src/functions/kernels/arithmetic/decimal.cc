#include <limits>

#include "functions/kernels/arithmetic/failures.h"
#include "functions/kernels/arithmetic/wide_integer.h"
#include "functions/kernels/kernels.h"

/// Decimal arithmetic at Spark's result types: exact in 256 bits, then rounded half up to the result's scale, then
/// checked against its precision. Operands that fit 64 bits take a short way.
namespace firesteel::functions {

namespace {

/// Java works with 39 significant digits (MathContext) before it looks at the type.
void CutDigits(WideDecimal& value, int& scale) {
  int extra = 0;
  while (extra < 38 && value.magnitude.Compare(WidePowerOfTen(39 + extra)) >= 0) ++extra;
  if (extra == 0) return;
  WideInteger rest;
  value.magnitude = value.magnitude.Divide(WidePowerOfTen(extra), rest);  // RoundingMode.DOWN
  scale -= extra;
}

std::optional<int128_t> Finish(Row& row, WideDecimal value, int scale) {
  const DataType& type = row.call().result_type;
  if (value.magnitude.high != 0) CutDigits(value, scale);
  WideDecimal rounded = value.Rescaled(scale, type.scale());
  int128_t unscaled = 0;
  if (rounded.Fits(type.precision(), unscaled)) return unscaled;
  // Digits that were cut from a whole number come back as zeros.
  if (scale < 0) value = value.Rescaled(scale, 0);
  return FailDecimalRange(row, value.Text(std::max(scale, 0)), type.precision(), type.scale());
}

int Scale(const Row& row, size_t argument) { return row.call().argument_types[argument].scale(); }

constexpr int kMaxDigits = 38;

/// Both operands at a common scale, and the magnitude that the result must stay below.
struct CommonScale {
  int scale = 0;
  int128_t left_factor = 1;
  int128_t right_factor = 1;
  int128_t limit = 0;
  /// Whether 128 bits hold both operands, their sum and difference, and the result has the common scale.
  bool is_narrow = false;
};

CommonScale CommonScaleOf(const KernelCall& call) {
  const DataType& left = call.argument_types[0];
  const DataType& right = call.argument_types[1];
  const DataType& type = call.result_type;
  CommonScale common;
  common.scale = std::max(left.scale(), right.scale());
  const int left_shift = common.scale - left.scale();
  const int right_shift = common.scale - right.scale();
  common.left_factor = static_cast<int128_t>(PowerOfTen(left_shift));
  common.right_factor = static_cast<int128_t>(PowerOfTen(right_shift));
  if (!type.Is(TypeKind::kDecimal)) {
    common.is_narrow = left.precision() + left_shift <= kMaxDigits && right.precision() + right_shift <= kMaxDigits;
    return common;
  }
  common.limit = static_cast<int128_t>(PowerOfTen(type.precision()));
  common.is_narrow = common.scale == type.scale() && left.precision() + left_shift < kMaxDigits &&
                     right.precision() + right_shift < kMaxDigits;
  return common;
}

/// Rows of two decimals: `quick(a, b, value)` makes the value or declines, then `exact(row, a, b)` makes it.
template <class T, class Quick, class Exact>
void RunPairs(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result,
              const Quick& quick, const Exact& exact) {
  const VectorView& left = arguments[0];
  const VectorView& right = arguments[1];
  T* out = result.Data<T>();
  Row row(context);
  for (row.index = 0; row.index < rows; ++row.index) {
    const size_t i = row.index;
    if (!left.IsValid(i) || !right.IsValid(i)) {
      result.SetNull(i);
      continue;
    }
    const auto a = left.Get<int128_t>(i);
    const auto b = right.Get<int128_t>(i);
    T value;
    if (quick(a, b, value)) {
      out[i] = value;
      continue;
    }
    const std::optional<T> answer = exact(row, a, b);
    if (context.failed()) return;
    if (answer) {
      out[i] = *answer;
    } else {
      result.SetNull(i);
    }
  }
}

bool FitsLong(int128_t value) {
  return value >= std::numeric_limits<int64_t>::min() && value <= std::numeric_limits<int64_t>::max();
}

/// A quotient or rest of 128 bits by the division of 64 bits, where both fit it. The divisor is neither 0 nor -1.
int128_t QuickQuotient(int128_t a, int128_t b) {
  if (FitsLong(a) && FitsLong(b)) return static_cast<int64_t>(a) / static_cast<int64_t>(b);
  return a / b;
}
int128_t QuickRest(int128_t a, int128_t b) {
  if (FitsLong(a) && FitsLong(b)) return static_cast<int64_t>(a) % static_cast<int64_t>(b);
  return a % b;
}

std::optional<int128_t> Sum(Row& row, int128_t a, int128_t b) {
  int left = Scale(row, 0);
  int right = Scale(row, 1);
  int scale = std::max(left, right);
  WideDecimal sum = WideDecimal::Of(a).Rescaled(left, scale).Plus(WideDecimal::Of(b).Rescaled(right, scale));
  return Finish(row, sum, scale);
}

template <int kSign>
void RunSum(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const CommonScale common = CommonScaleOf(context.call());
  const auto quick = [&](int128_t a, int128_t b, int128_t& value) {
    if (!common.is_narrow) return false;
    value = a * common.left_factor + kSign * (b * common.right_factor);
    return value < common.limit && value > -common.limit;
  };
  const auto exact = [](Row& row, int128_t a, int128_t b) { return Sum(row, a, kSign * b); };
  RunPairs<int128_t>(context, arguments, rows, result, quick, exact);
}

std::optional<int128_t> Multiply(Row& row, int128_t a, int128_t b) {
  const DataType& type = row.call().result_type;
  int scale = Scale(row, 0) + Scale(row, 1);
  if (scale == type.scale() && FitsLong(a) && FitsLong(b)) {
    int128_t product = a * b;
    if (type.precision() == 38 || Magnitude(product) < PowerOfTen(type.precision())) return product;
  }
  WideDecimal product{(a < 0) != (b < 0), WideInteger::Product(Magnitude(a), Magnitude(b))};
  return Finish(row, product, scale);
}

/// Products of whole batches where no row needs rounding and both factors fit 64 bits: by their types, or (`checks`)
/// as it turns out. False when a factor does not fit; what was written then means nothing.
template <bool checks>
bool MultiplyLongs(std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const VectorView& left = arguments[0];
  const VectorView& right = arguments[1];
  int128_t* out = result.Data<int128_t>();
  bool fit = true;
  const auto multiply = [&](size_t row, int128_t a, int128_t b) {
    const auto low_a = static_cast<int64_t>(a);
    const auto low_b = static_cast<int64_t>(b);
    if constexpr (checks) fit &= low_a == a && low_b == b;
    out[row] = static_cast<int128_t>(low_a) * low_b;
  };
  if (!left.validity && !right.validity) {
    for (size_t row = 0; row < rows; ++row) multiply(row, left.Get<int128_t>(row), right.Get<int128_t>(row));
    return fit;
  }
  for (size_t row = 0; row < rows; ++row) {
    if (!left.IsValid(row) || !right.IsValid(row)) continue;
    multiply(row, left.Get<int128_t>(row), right.Get<int128_t>(row));
  }
  if (!fit) return false;
  for (size_t row = 0; row < rows; ++row) {
    if (!left.IsValid(row) || !right.IsValid(row)) result.SetNull(row);
  }
  return true;
}

void RunMultiply(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  constexpr int kLongDigits = 18;
  const DataType& type = context.call().result_type;
  const DataType& left = context.call().argument_types[0];
  const DataType& right = context.call().argument_types[1];
  if (left.scale() + right.scale() == type.scale()) {
    const bool are_longs = left.precision() <= kLongDigits && right.precision() <= kLongDigits;
    if (are_longs && left.precision() + right.precision() <= type.precision()) {
      MultiplyLongs<false>(arguments, rows, result);
      return;
    }
    // Two longs never make 38 digits too many.
    if (type.precision() == 38 && MultiplyLongs<true>(arguments, rows, result)) return;
  }
  RunRows<Multiply>(context, arguments, rows, result);
}

/// a / b at `scale`, half up.
WideDecimal Quotient(int128_t a, int a_scale, int128_t b, int b_scale, int scale) {
  int shift = scale - a_scale + b_scale;
  WideDecimal numerator = WideDecimal::Of(a);
  WideDecimal denominator = WideDecimal::Of(b);
  if (shift > 0) {
    int first = std::min(shift, 38);
    numerator.magnitude = WideInteger::Product(numerator.magnitude, PowerOfTen(first));
    if (shift > first) numerator.magnitude = WideInteger::Product(numerator.magnitude, PowerOfTen(shift - first));
  } else if (shift < 0) {
    denominator.magnitude = WideInteger::Product(denominator.magnitude, PowerOfTen(-shift));
  }
  return numerator.DividedHalfUp(denominator);
}

std::optional<int128_t> Divide(Row& row, int128_t a, int128_t b) {
  if (b == 0) return FailDivideByZero(row);
  const DataType& type = row.call().result_type;
  return Finish(row, Quotient(a, Scale(row, 0), b, Scale(row, 1), type.scale()), type.scale());
}

void RunDivide(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const DataType& left = context.call().argument_types[0];
  const DataType& type = context.call().result_type;
  const int shift = type.scale() - left.scale() + context.call().argument_types[1].scale();
  // The dividend with its new zeros fits 128 bits.
  const bool is_narrow = shift >= 0 && left.precision() + shift <= kMaxDigits;
  const auto factor = static_cast<int128_t>(PowerOfTen(is_narrow ? shift : 0));
  const auto limit = static_cast<int128_t>(PowerOfTen(type.precision()));
  const auto quick = [&](int128_t a, int128_t b, int128_t& value) {
    if (!is_narrow || (b >= -1 && b <= 0)) return false;
    const int128_t dividend = a * factor;
    const int128_t quotient = QuickQuotient(dividend, b);
    const int128_t rest = dividend - quotient * b;
    const uint128_t distance = Magnitude(rest);
    const bool is_up = distance >= Magnitude(b) - distance;
    value = quotient + (is_up ? ((dividend < 0) != (b < 0) ? -1 : 1) : 0);
    return value < limit && value > -limit;
  };
  RunPairs<int128_t>(context, arguments, rows, result, quick, Divide);
}

/// Magnitudes at the common scale; the remainder has the dividend's sign.
WideDecimal RemainderAtCommonScale(const Row& row, int128_t a, int128_t b) {
  int scale = std::max(Scale(row, 0), Scale(row, 1));
  WideDecimal left = WideDecimal::Of(a).Rescaled(Scale(row, 0), scale);
  WideDecimal right = WideDecimal::Of(b).Rescaled(Scale(row, 1), scale);
  WideInteger remainder;
  left.magnitude.Divide(right.magnitude, remainder);
  return {left.negative, remainder};
}

std::optional<int128_t> Remainder(Row& row, int128_t a, int128_t b) {
  if (b == 0) return FailRemainderByZero(row);
  return Finish(row, RemainderAtCommonScale(row, a, b), std::max(Scale(row, 0), Scale(row, 1)));
}

std::optional<int128_t> Pmod(Row& row, int128_t a, int128_t b) {
  if (b == 0) return FailRemainderByZero(row);
  int scale = std::max(Scale(row, 0), Scale(row, 1));
  WideDecimal remainder = RemainderAtCommonScale(row, a, b);
  if (remainder.negative && !remainder.magnitude.IsZero()) {
    WideDecimal divisor = WideDecimal::Of(b).Rescaled(Scale(row, 1), scale);
    WideDecimal sum = remainder.Plus(divisor);
    WideInteger rest;
    sum.magnitude.Divide(divisor.magnitude, rest);
    remainder = {sum.negative, rest};
  }
  return Finish(row, remainder, scale);
}

std::optional<int64_t> IntegralDivide(Row& row, int128_t a, int128_t b) {
  if (b == 0) return FailDivideByZero(row);
  int scale = std::max(Scale(row, 0), Scale(row, 1));
  WideDecimal left = WideDecimal::Of(a).Rescaled(Scale(row, 0), scale);
  WideDecimal right = WideDecimal::Of(b).Rescaled(Scale(row, 1), scale);
  WideInteger remainder;
  WideInteger quotient = left.magnitude.Divide(right.magnitude, remainder);
  bool negative = left.negative != right.negative;
  // What is beyond a long loses its higher bits, in ANSI mode too.
  return static_cast<int64_t>(negative ? -quotient.low : quotient.low);
}

void RunRemainder(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const CommonScale common = CommonScaleOf(context.call());
  const auto quick = [&](int128_t a, int128_t b, int128_t& value) {
    if (!common.is_narrow || (b >= -1 && b <= 0)) return false;
    value = QuickRest(a * common.left_factor, b * common.right_factor);
    return value < common.limit && value > -common.limit;
  };
  RunPairs<int128_t>(context, arguments, rows, result, quick, Remainder);
}

void RunPmod(KernelContext& context, std::span<const VectorView> arguments, size_t rows, ResultVector& result) {
  const CommonScale common = CommonScaleOf(context.call());
  const auto quick = [&](int128_t a, int128_t b, int128_t& value) {
    if (!common.is_narrow || (b >= -1 && b <= 0)) return false;
    const int128_t divisor = b * common.right_factor;
    value = QuickRest(a * common.left_factor, divisor);
    if (value < 0) value = QuickRest(value + divisor, divisor);
    return value < common.limit && value > -common.limit;
  };
  RunPairs<int128_t>(context, arguments, rows, result, quick, Pmod);
}

void RunIntegralDivide(KernelContext& context, std::span<const VectorView> arguments, size_t rows,
                       ResultVector& result) {
  const CommonScale common = CommonScaleOf(context.call());
  const auto quick = [&](int128_t a, int128_t b, int64_t& value) {
    if (!common.is_narrow || (b >= -1 && b <= 0)) return false;
    const int128_t quotient = QuickQuotient(a * common.left_factor, b * common.right_factor);
    value = static_cast<int64_t>(quotient);
    return FitsLong(quotient);
  };
  RunPairs<int64_t>(context, arguments, rows, result, quick, IntegralDivide);
}

/// avg: the sum has the argument's scale, the result four digits more (or what is left of 38).
std::optional<int128_t> Average(Row& row, int128_t sum, int64_t count) {
  if (count == 0) return std::nullopt;
  const DataType& type = row.call().result_type;
  return Finish(row, Quotient(sum, Scale(row, 0), count, 0, type.scale()), type.scale());
}

constexpr int64_t kBase = 1'000'000'000'000'000'000;

int128_t High(int128_t value) { return value / kBase; }
int128_t Low(int128_t value) { return value % kBase; }

/// sum(decimal) where 128 bits might overflow: the sums of high and low parts (high × 10^18 + low) are put together.
std::optional<int128_t> SumOfParts(Row& row, int128_t high, int128_t low) {
  const DataType& type = row.call().result_type;
  WideDecimal sum{high < 0, WideInteger::Product(Magnitude(high), static_cast<uint128_t>(kBase))};
  return Finish(row, sum.Plus(WideDecimal::Of(low)), type.scale());
}

std::optional<int64_t> HugeToLong(Row& row, int128_t value) {
  if (FitsLong(value) || row.mode() == EvalMode::kLegacy) return static_cast<int64_t>(value);
  return FailOverflow(row, "overflow", "try_add");
}

}  // namespace

const Kernel kAddDecimal{RunSum<1>, nullptr, true};
const Kernel kSubtractDecimal{RunSum<-1>, nullptr, true};
const Kernel kMultiplyDecimal{RunMultiply, nullptr, true};
const Kernel kDivideDecimal{RunDivide, nullptr, true};
const Kernel kRemainderDecimal{RunRemainder, nullptr, true};
const Kernel kPmodDecimal{RunPmod, nullptr, true};
const Kernel kIntegralDivideDecimal{RunIntegralDivide, nullptr, true};
const Kernel kAverageDecimal = RowKernel<Average>(true);
const Kernel kSumToDecimal = RowKernel<SumOfParts>(true);
const Kernel kDecimalHigh = RowKernel<High>();
const Kernel kDecimalLow = RowKernel<Low>();
const Kernel kHugeToLong = RowKernel<HugeToLong>(true);

}  // namespace firesteel::functions
