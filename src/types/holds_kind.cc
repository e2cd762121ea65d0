#include "types/holds_kind.h"

#include <algorithm>

namespace firesteel {

bool HoldsKind(const DataType& type, std::initializer_list<TypeKind> kinds) {
  if (std::find(kinds.begin(), kinds.end(), type.kind()) != kinds.end()) return true;
  switch (type.kind()) {
    case TypeKind::kArray:
      return HoldsKind(type.element_type(), kinds);
    case TypeKind::kMap:
      return HoldsKind(type.key_type(), kinds) || HoldsKind(type.value_type(), kinds);
    case TypeKind::kStruct:
      return std::any_of(type.fields().begin(), type.fields().end(),
                         [&](const StructField& field) { return HoldsKind(field.type, kinds); });
    default:
      return false;
  }
}

}  // namespace firesteel
