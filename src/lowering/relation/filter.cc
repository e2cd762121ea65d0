#include "base/error.h"
#include "lowering/expression/expression_facts.h"
#include "lowering/expression/expression_writer.h"
#include "lowering/limits.h"
#include "lowering/lowerer.h"

namespace firesteel::lowering {
namespace {

/// Whether all columns that the expression names come from one table of the FROM.
bool IsOverOneTable(const bound::Expression& expression, const Scope& scope) {
  std::unordered_map<bound::AttributeId, int> uses;
  CountReferences(expression, uses);
  std::string table;
  for (const auto& [id, count] : uses) {
    const Column* column = scope.Find(id);
    if (!column) continue;
    const std::string name = column->sql.substr(0, column->sql.find('.'));
    if (!table.empty() && name != table) return false;
    table = name;
  }
  return true;
}

bool IsCorrelated(const bound::ExpressionPtr& expression) {
  return bound::AnyOf(expression, [](const bound::Expression& node) { return node.As<bound::OuterRef>() != nullptr; });
}

/// The equality under a NOT, or null.
const bound::ExpressionPtr* NegatedEquality(const bound::Expression& expression) {
  const bound::Call* negation = AsCall(expression, "not");
  return negation && AsCall(*negation->arguments[0], "=") ? &negation->arguments[0] : nullptr;
}

/// Conjuncts of the form x <> y that the engine (1.5.5) gets wrong: where a correlated subquery has one beside another
/// inequality, its optimizer (Deliminator) loses rows. Found by comparing all combinations with the optimizer off.
bool HasDangerousInequality(const std::vector<bound::ExpressionPtr>& conjuncts) {
  int inequalities = 0;
  bool has_negated = false;
  for (const bound::ExpressionPtr& conjunct : conjuncts) {
    if (!IsCorrelated(conjunct) || AsCall(*conjunct, "=") || AsCall(*conjunct, "<=>")) continue;
    ++inequalities;
    has_negated = has_negated || NegatedEquality(*conjunct) != nullptr;
  }
  return has_negated && inequalities > 1;
}

}  // namespace

void Lowerer::PrepareForCondition(Select& select, const bound::ExpressionPtr& condition) {
  if (select.is_open() && !select.where.empty() && select.set_operation.empty()) {
    const Scope scope(select.columns);
    std::unordered_map<bound::AttributeId, int> uses;
    CountReferences(*condition, uses);
    bool can_stay = ExpressionDepth(*condition, &scope) <= kMaxCollapsedDepth;
    bool can_fail = false;
    for (const auto& [id, count] : uses) {
      const Column* column = scope.Find(id);
      if (!column || column->form != Column::Form::kComputed) continue;
      can_fail = can_fail || column->can_fail;
      can_stay = can_stay && !column->is_volatile;
    }
    if (can_fail && can_stay) return;
  }
  PrepareFor(select, {condition}, /*is_projection=*/false);
}

void Lowerer::AddCondition(Select& select, const bound::ExpressionPtr& condition) {
  const Scope scope(select.columns);
  if (ExpressionDepth(*condition, &scope) > kMaxExpressionDepth) {
    ThrowUnsupported("a condition of more than " + std::to_string(kMaxExpressionDepth) + " levels", condition->origin);
  }
  const std::vector<bound::ExpressionPtr> conjuncts = FlattenChain(condition, "and");
  const bool is_dangerous = !outer_.empty() && HasDangerousInequality(conjuncts);
  for (const bound::ExpressionPtr& conjunct : conjuncts) {
    ExpressionWriter writer(*this, scope);
    // The engine moves conditions down without regard to errors, before filters that stand below. Conditions over
    // several tables stay free: they may be what joins them.
    writer.set_pinned(select.has_filter_below && CanFail(conjunct) && IsOverOneTable(*conjunct, scope));
    const bound::ExpressionPtr* equality =
        is_dangerous && IsCorrelated(conjunct) ? NegatedEquality(*conjunct) : nullptr;
    select.where.push_back(equality ? "(" + writer.Sql(*equality) + " IS FALSE)" : writer.Condition(conjunct));
  }
}

Select Lowerer::LowerNode(const bound::Relation&, const bound::Filter& node) {
  Select select = Lower(*node.child);
  PrepareForCondition(select, node.condition);
  AddCondition(select, node.condition);
  return select;
}

}  // namespace firesteel::lowering
