#include "analyzer/ordering.h"

#include "base/error.h"
#include "base/query_context.h"
#include "functions/function.h"
#include "functions/signature.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

std::string OrderText(const bound::SortOrder& order, const bound::SessionSettings& settings) {
  return functions::MessageSql(*order.child, settings) + (order.ascending ? " ASC" : " DESC") +
         (order.nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

void CheckOrderable(const bound::SortOrder& order, const bound::SessionSettings& settings) {
  if (order.child->type.Is(TypeKind::kString) && order.child->type.collation() != "UTF8_BINARY") {
    ThrowUnsupported("the collation " + std::string(order.child->type.collation()), order.child->origin);
  }
  if (functions::IsOrderable(order.child->type)) return;
  bound::SortOrder shown = order;
  while (const auto* alias = shown.child->As<bound::InnerAlias>()) shown.child = bound::ExpressionPtr(alias->child);
  throw QueryError("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                   {{"functionName", "`sortorder`"},
                    {"dataType", QuoteType(order.child->type)},
                    {"sqlExpr", DoubleQuoted(OrderText(shown, settings))}},
                   // A sort order that a DataFrame made has no place of its own.
                   order.child->origin && order.child->origin->sql_text ? order.child->origin : Nowhere());
}

}  // namespace firesteel::analyzer
