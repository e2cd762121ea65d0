#include "analyzer/ordering.h"

#include <algorithm>

#include "base/error.h"
#include "functions/function.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

bool IsOrderable(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kMap:
    case TypeKind::kVariant:
    case TypeKind::kCalendarInterval:
      return false;
    case TypeKind::kArray:
      return IsOrderable(type.element_type());
    case TypeKind::kStruct:
      return std::all_of(type.fields().begin(), type.fields().end(),
                         [](const StructField& field) { return IsOrderable(field.type); });
    default:
      return true;
  }
}

std::string OrderText(const bound::SortOrder& order, const bound::SessionSettings& settings) {
  return functions::MessageSql(*order.child, settings) + (order.ascending ? " ASC" : " DESC") +
         (order.nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

void CheckOrderable(const bound::SortOrder& order, const bound::SessionSettings& settings) {
  if (IsOrderable(order.child->type)) return;
  throw QueryError("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                   {{"functionName", "`sortorder`"},
                    {"dataType", QuoteType(order.child->type)},
                    {"sqlExpr", DoubleQuoted(OrderText(order, settings))}},
                   order.child->origin);
}

}  // namespace firesteel::analyzer
