#include "analyzer/relation/comparable.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "types/holds_kind.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
void CheckComparable(const std::vector<bound::Attribute>& columns, const OriginPtr& origin) {
  for (const bound::Attribute& column : columns) {
    if (column.type.collation() != "UTF8_BINARY") {
      ThrowUnsupported("the collation " + std::string(column.type.collation()), origin);
    }
    const bool map = HoldsKind(column.type, {TypeKind::kMap});
    if (!map && !HoldsKind(column.type, {TypeKind::kVariant})) continue;
    throw QueryError(
        map ? "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE" : "UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE",
        {{"colName", QuoteIdentifier(column.name)}, {"dataType", QuoteType(column.type)}}, origin);
  }
}

}  // namespace firesteel::analyzer
