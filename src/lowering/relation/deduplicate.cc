#include <algorithm>

#include "lowering/lowerer.h"

namespace firesteel::lowering {

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::Deduplicate& node) {
  Select select = Lower(*node.child);
  std::vector<bound::ExpressionPtr> keys;
  bool is_whole_row = true;
  for (const bound::Attribute& attribute : relation.output) {
    const bool is_key = std::find(node.keys.begin(), node.keys.end(), attribute.id) != node.keys.end();
    is_whole_row = is_whole_row && is_key;
    if (is_key) keys.push_back(bound::MakeReference(attribute));
  }
  if (keys.empty()) {
    // Rows without columns are all equal.
    if (select.has_limit() || !select.set_operation.empty()) Wrap(select);
    select.limit = 1;
    return select;
  }
  if (!select.is_open()) Wrap(select);
  for (Column& column : select.columns) {
    for (const bound::Attribute& attribute : relation.output) {
      if (attribute.id == column.id && std::find(node.keys.begin(), node.keys.end(), attribute.id) != node.keys.end()) {
        column.sql = NormalizedKey(column.sql, attribute.type);
        break;
      }
    }
  }
  if (is_whole_row) {
    select.distinct = true;
    return select;
  }
  // Constants would be read as positions of columns.
  bool has_constant_key = false;
  for (const Column& column : select.columns) {
    if (column.form != Column::Form::kConstant || has_constant_key) continue;
    if (std::find(node.keys.begin(), node.keys.end(), column.id) != node.keys.end()) has_constant_key = true;
  }
  if (has_constant_key) Wrap(select);
  PrepareFor(select, keys, /*is_projection=*/false);
  const Scope scope(select.columns);
  for (const bound::AttributeId key : node.keys) {
    if (!select.distinct_on.empty()) select.distinct_on += ", ";
    select.distinct_on += scope.Find(key)->sql;
  }
  select.is_closed = true;
  return select;
}

}  // namespace firesteel::lowering
