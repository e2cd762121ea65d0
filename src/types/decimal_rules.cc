#include <algorithm>

#include "types/coercion.h"

namespace firesteel {
namespace {

constexpr int kMaxPrecision = 38;
constexpr int kMaxScale = 38;
// Digits after the point that division and multiplication keep at least when the precision must be cut.
constexpr int kMinAdjustedScale = 6;

}  // namespace

DataType BoundedDecimal(int precision, int scale) {
  return DataType::Decimal(std::min(precision, kMaxPrecision), std::min(scale, kMaxScale));
}

DataType AdjustedDecimal(int precision, int scale) {
  if (precision <= kMaxPrecision) return DataType::Decimal(precision, scale);
  // The digits before the point stay; the scale gives way, but not below the minimum.
  const int integral_digits = precision - scale;
  const int min_scale = std::min(scale, kMinAdjustedScale);
  return DataType::Decimal(kMaxPrecision, std::max(kMaxPrecision - integral_digits, min_scale));
}

DataType DecimalForIntegral(TypeKind integral) {
  switch (integral) {
    case TypeKind::kByte:
      return DataType::Decimal(3, 0);
    case TypeKind::kShort:
      return DataType::Decimal(5, 0);
    case TypeKind::kInt:
      return DataType::Decimal(10, 0);
    default:
      return DataType::Decimal(20, 0);
  }
}

DataType DecimalForType(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kDecimal:
      return type;
    case TypeKind::kFloat:
      return DataType::Decimal(14, 7);
    case TypeKind::kDouble:
      return DataType::Decimal(30, 15);
    default:
      return DecimalForIntegral(type.kind());
  }
}

DataType DecimalResultType(DecimalOp op, const DataType& left, const DataType& right, bool allow_precision_loss) {
  const int p1 = left.precision();
  const int s1 = left.scale();
  const int p2 = right.precision();
  const int s2 = right.scale();
  auto fit = [&](int precision, int scale) {
    return allow_precision_loss ? AdjustedDecimal(precision, scale) : BoundedDecimal(precision, scale);
  };
  switch (op) {
    case DecimalOp::kAdd:
    case DecimalOp::kSubtract: {
      const int scale = std::max(s1, s2);
      return fit(std::max(p1 - s1, p2 - s2) + scale + 1, scale);
    }
    case DecimalOp::kMultiply:
      return fit(p1 + p2 + 1, s1 + s2);
    case DecimalOp::kDivide: {
      if (allow_precision_loss) {
        const int scale = std::max(kMinAdjustedScale, s1 + p2 + 1);
        return AdjustedDecimal(p1 - s1 + s2 + scale, scale);
      }
      int integral_digits = std::min(kMaxScale, p1 - s1 + s2);
      int fraction_digits = std::min(kMaxScale, std::max(kMinAdjustedScale, s1 + p2 + 1));
      const int excess = integral_digits + fraction_digits - kMaxScale;
      if (excess > 0) {
        fraction_digits -= excess / 2 + 1;
        integral_digits = kMaxScale - fraction_digits;
      }
      return BoundedDecimal(integral_digits + fraction_digits, fraction_digits);
    }
    case DecimalOp::kRemainder: {
      const int scale = std::max(s1, s2);
      return fit(std::min(p1 - s1, p2 - s2) + scale, scale);
    }
    case DecimalOp::kIntegralDivide: {
      // Computed as a decimal without fraction, then cast to long.
      const int digits = p1 - s1 + s2;
      return BoundedDecimal(digits == 0 ? 1 : digits, 0);
    }
  }
  return left;
}

DataType WiderDecimal(const DataType& a, const DataType& b) {
  const int scale = std::max(a.scale(), b.scale());
  const int range = std::max(a.precision() - a.scale(), b.precision() - b.scale());
  // Digits before the point are worth more than those behind it.
  const int excess = std::max(0, range + scale - kMaxPrecision);
  return DataType::Decimal(range + scale - excess, std::max(0, scale - excess));
}

}  // namespace firesteel
