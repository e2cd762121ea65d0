#include <algorithm>

#include "types/coercion.h"

namespace firesteel {

bool SameTypeIgnoringNullability(const DataType& a, const DataType& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case TypeKind::kArray:
      return SameTypeIgnoringNullability(a.element_type(), b.element_type());
    case TypeKind::kMap:
      return SameTypeIgnoringNullability(a.key_type(), b.key_type()) &&
             SameTypeIgnoringNullability(a.value_type(), b.value_type());
    case TypeKind::kStruct:
      return std::equal(a.fields().begin(), a.fields().end(), b.fields().begin(), b.fields().end(),
                        [](const StructField& x, const StructField& y) {
                          return x.name == y.name && SameTypeIgnoringNullability(x.type, y.type);
                        });
    default:
      return a == b;
  }
}

bool SameStructure(const DataType& a, const DataType& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case TypeKind::kArray:
      return SameStructure(a.element_type(), b.element_type());
    case TypeKind::kMap:
      return SameStructure(a.key_type(), b.key_type()) && SameStructure(a.value_type(), b.value_type());
    case TypeKind::kStruct:
      return std::equal(a.fields().begin(), a.fields().end(), b.fields().begin(), b.fields().end(),
                        [](const StructField& x, const StructField& y) { return SameStructure(x.type, y.type); });
    default:
      return a == b;
  }
}

}  // namespace firesteel
