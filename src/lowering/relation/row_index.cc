#include "lowering/lowerer.h"

namespace firesteel::lowering {

/// The engine's streaming window counts the rows as they come: in the child's order, which sources, filters and sorts
/// keep. It runs on one thread.
Select Lowerer::LowerNode(const bound::Relation&, const bound::RowIndex& node) {
  Select select = Lower(*node.child);
  if (!select.is_open() || !select.set_operation.empty() || !select.where.empty()) Wrap(select);
  const std::string alias = NewTableAlias();
  std::string items;
  for (const Column& column : select.columns) items += column.sql + " AS " + Alias(column.id) + ", ";
  items += "row_number() OVER () - 1 AS " + Alias(node.index.id);
  if (node.count) items += ", count(*) OVER () AS " + Alias(node.count->id);
  Select numbered;
  numbered.from = "(" + SelectTextOf(select, items) + ") AS " + alias;
  numbered.nesting = select.nesting + 1;
  numbered.has_filter_below = true;  // a condition that goes below would change the numbers: it must not
  for (const Column& column : select.columns) {
    numbered.columns.push_back(Column{column.id, alias + "." + Alias(column.id), Column::Form::kReference, 1});
  }
  numbered.columns.push_back(Column{node.index.id, alias + "." + Alias(node.index.id), Column::Form::kReference, 1});
  if (node.count) {
    numbered.columns.push_back(
        Column{node.count->id, alias + "." + Alias(node.count->id), Column::Form::kReference, 1});
  }
  return numbered;
}

}  // namespace firesteel::lowering
