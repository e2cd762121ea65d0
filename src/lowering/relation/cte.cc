#include "base/error.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/lowerer.h"

namespace firesteel::lowering {
namespace {

bool HasVolatile(const bound::Relation& relation) {
  for (const bound::ExpressionPtr& expression : bound::Expressions(relation)) {
    if (IsVolatile(expression)) return true;
  }
  if (relation.As<bound::Sample>()) return true;
  for (const bound::RelationPtr& child : bound::Children(relation)) {
    if (HasVolatile(*child)) return true;
  }
  return false;
}

}  // namespace

Select Lowerer::LowerNode(const bound::Relation&, const bound::WithCte& node) {
  for (const bound::WithCte::Definition& definition : node.definitions) {
    Select select = Lower(*definition.query);
    const int nesting = select.nesting + 1;
    const std::string text = SelectText(select);
    CteEntry entry;
    if (outer_.empty()) {
      entry.from = "w" + std::to_string(with_.size());
      // All references must see the same values; else the engine decides what is cheaper.
      with_.push_back(entry.from + " AS " + (HasVolatile(*definition.query) ? "MATERIALIZED (" : "(") + text + ")");
    } else {
      // It may name columns of an enclosing query, which an entry at the top cannot.
      entry.from = "(" + text + ")";
      entry.nesting = nesting;
    }
    ctes_[definition.cte_id] = std::move(entry);
  }
  return Lower(*node.child);
}

Select Lowerer::LowerNode(const bound::Relation& relation, const bound::CteReference& node) {
  const auto found = ctes_.find(node.cte_id);
  if (found == ctes_.end()) throw InternalError("no definition of CTE " + std::to_string(node.cte_id));
  const std::string alias = NewTableAlias();
  Select select;
  select.from = found->second.from + " AS " + alias;
  select.nesting = found->second.nesting;
  select.has_filter_below = true;
  for (size_t i = 0; i < relation.output.size(); ++i) {
    select.columns.push_back(
        Column{relation.output[i].id, alias + "." + Alias(node.source_ids.at(i)), Column::Form::kReference, 1});
  }
  return select;
}

}  // namespace firesteel::lowering
