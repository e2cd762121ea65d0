#include "lowering/lowerer.h"
#include "lowering/type_sql.h"

namespace firesteel::lowering {

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::EngineTable& node) {
  const std::string alias = NewTableAlias();
  Select select;
  select.from = node.table + " AS " + alias;
  for (size_t i = 0; i < relation.output.size(); ++i) {
    select.columns.push_back(
        Column{relation.output[i].id, alias + "." + QuoteName(node.column_names.at(i)), Column::Form::kReference, 1});
  }
  return select;
}

}  // namespace firesteel::lowering
