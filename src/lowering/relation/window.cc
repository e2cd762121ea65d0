#include "lowering/lowerer.h"

namespace firesteel::lowering {

Select Lowerer::LowerNode(const bound::Relation&, const bound::Window& node) {
  Select select = Lower(*node.child);
  std::vector<bound::ExpressionPtr> expressions;
  for (const bound::NamedExpression& named : node.expressions) expressions.push_back(named.expression);
  PrepareFor(select, expressions, /*is_projection=*/false);
  std::vector<Column> added;
  for (const bound::NamedExpression& named : node.expressions) {
    Column column;
    column.id = named.output.id;
    column.sql = Sql(named.expression, select);
    added.push_back(std::move(column));
  }
  for (Column& column : added) select.columns.push_back(std::move(column));
  select.is_closed = true;
  return select;
}

}  // namespace firesteel::lowering
