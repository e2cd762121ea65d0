#include "types/decimal_width.h"

#include "types/coercion.h"

namespace firesteel {

bool DecimalIsWiderThan(const DataType& decimal, const DataType& other) {
  if (other.IsIntegral()) return DecimalIsWiderThan(decimal, DecimalForIntegral(other.kind()));
  if (!other.Is(TypeKind::kDecimal)) return false;  // a float may be NaN
  return decimal.precision() - decimal.scale() >= other.precision() - other.scale() && decimal.scale() >= other.scale();
}

bool DecimalIsTighterThan(const DataType& decimal, const DataType& other) {
  if (other.IsIntegral()) {
    // Of as many digits as the integral type has, some numbers are too large for it.
    return decimal.scale() == 0 && decimal.precision() < DecimalForIntegral(other.kind()).precision();
  }
  if (!other.Is(TypeKind::kDecimal)) return false;
  return decimal.precision() - decimal.scale() <= other.precision() - other.scale() && decimal.scale() <= other.scale();
}

int NumericPrecedence(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kByte:
      return 0;
    case TypeKind::kShort:
      return 1;
    case TypeKind::kInt:
      return 2;
    case TypeKind::kLong:
      return 3;
    case TypeKind::kFloat:
      return 4;
    case TypeKind::kDouble:
      return 5;
    default:
      return -1;
  }
}

}  // namespace firesteel
