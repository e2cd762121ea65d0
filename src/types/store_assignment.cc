#include "types/store_assignment.h"

#include "types/coercion.h"

namespace firesteel {

bool CanStoreAssign(const DataType& from, const DataType& to) {
  if (SameTypeIgnoringNullability(from, to) || from.Is(TypeKind::kNull)) return true;
  if (from.IsNumeric() && to.IsNumeric()) return true;
  if (to.IsStringLike()) {
    return !from.IsNested() && !from.Is(TypeKind::kVariant);
  }
  if (from.IsDatetime() && to.IsDatetime()) return from.Is(TypeKind::kTime) == to.Is(TypeKind::kTime);
  if (from.Is(TypeKind::kYearMonthInterval) && to.Is(TypeKind::kYearMonthInterval)) return true;
  return from.Is(TypeKind::kDayTimeInterval) && to.Is(TypeKind::kDayTimeInterval);
}

}  // namespace firesteel
