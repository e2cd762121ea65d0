#include "lowering/lowerer.h"

namespace firesteel::lowering {

Select Lowerer::LowerNode(const bound::Relation&, const bound::Sort& node) {
  Select select = Lower(*node.child);
  std::vector<bound::ExpressionPtr> expressions;
  for (const bound::SortOrder& order : node.orders) expressions.push_back(order.child);
  PrepareFor(select, expressions, /*is_projection=*/false);
  const Scope scope(select.columns);
  for (const bound::SortOrder& order : node.orders) {
    // A constant orders nothing, and would be read as the position of a column.
    const auto* reference = order.child->As<bound::AttributeRef>();
    const Column* column = reference ? scope.Find(reference->id) : nullptr;
    if (order.child->As<bound::Literal>() || (column && column->form == Column::Form::kConstant)) continue;
    select.order_by.push_back(OrderItem(order, select));
  }
  return select;
}

Select Lowerer::LowerNode(const bound::Relation&, const bound::Limit& node) {
  Select select = Lower(*node.child);
  if (!select.set_operation.empty() || select.has_limit()) Wrap(select);
  select.limit = node.limit;
  select.offset = node.offset;
  return select;
}

Select Lowerer::LowerNode(const bound::Relation&, const bound::Tail& node) {
  Select select = Lower(*node.child);
  Wrap(select);
  const std::string alias = NewTableAlias();
  Select last;
  last.from = "(SELECT *, row_number() OVER () AS row_index, count(*) OVER () AS row_count FROM " + select.from +
              ") AS " + alias;
  last.nesting = select.nesting + 1;
  last.where.push_back(alias + ".row_index > " + alias + ".row_count - " + std::to_string(node.count));
  last.order_by.push_back(alias + ".row_index");
  for (const Column& column : select.columns) {
    last.columns.push_back(Column{column.id, alias + "." + Alias(column.id), Column::Form::kReference, 1});
  }
  return last;
}

}  // namespace firesteel::lowering
