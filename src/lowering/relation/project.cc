#include "lowering/lowerer.h"

namespace firesteel::lowering {

Select Lowerer::LowerNode(const bound::Relation&, const bound::Project& node) {
  Select select = Lower(*node.child);
  std::vector<bound::ExpressionPtr> expressions;
  for (const bound::NamedExpression& named : node.expressions) expressions.push_back(named.expression);
  PrepareFor(select, expressions, /*is_projection=*/true);
  const Scope scope(select.columns);
  std::vector<Column> columns;
  for (const bound::NamedExpression& named : node.expressions) columns.push_back(Compute(named, scope));
  select.columns = std::move(columns);
  return select;
}

Select Lowerer::LowerNode(const bound::Relation&, const bound::Repartition& node) { return Lower(*node.child); }
Select Lowerer::LowerNode(const bound::Relation&, const bound::CollectMetrics& node) { return Lower(*node.child); }

}  // namespace firesteel::lowering
