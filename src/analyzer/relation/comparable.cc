#include "analyzer/relation/comparable.h"

#include <algorithm>

#include "base/error.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

bool Holds(const DataType& type, TypeKind kind) {
  if (type.Is(kind)) return true;
  if (type.Is(TypeKind::kArray)) return Holds(type.element_type(), kind);
  if (type.Is(TypeKind::kMap)) return Holds(type.key_type(), kind) || Holds(type.value_type(), kind);
  return type.Is(TypeKind::kStruct) && std::any_of(type.fields().begin(), type.fields().end(),
                                                   [&](const StructField& field) { return Holds(field.type, kind); });
}

}  // namespace

void CheckComparable(const std::vector<bound::Attribute>& columns, const OriginPtr& origin) {
  for (const bound::Attribute& column : columns) {
    const bool map = Holds(column.type, TypeKind::kMap);
    if (!map && !Holds(column.type, TypeKind::kVariant)) continue;
    throw QueryError(
        map ? "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE" : "UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE",
        {{"colName", QuoteIdentifier(column.name)}, {"dataType", QuoteType(column.type)}}, origin);
  }
}

}  // namespace firesteel::analyzer
