#include <algorithm>

#include "analyzer/expression/grouping_marker.h"
#include "analyzer/name.h"
#include "analyzer/relation/relations.h"
#include "analyzer/relation/time_window.h"
#include "analyzer/select/select_builder.h"

namespace firesteel::analyzer {
namespace {

// SELECT a, FROM t reads as a column FROM with the alias t.
void CheckTrailingComma(const std::vector<plan::ExpressionPtr>& expressions) {
  if (expressions.size() < 2) return;
  const auto* alias = expressions.back()->As<plan::Alias>();
  const auto* attribute = alias ? alias->child->As<plan::UnresolvedAttribute>() : nullptr;
  if (!attribute || attribute->parts.size() != 1 || FoldCase(attribute->parts[0]) != "from") return;
  throw QueryError("TRAILING_COMMA_IN_SELECT", {}, expressions.back()->origin);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Project& node, const plan::Relation& self) {
  plan::Project with_window = node;
  with_window.child = RelationWithTimeWindow(node.child, {&with_window.expressions});
  if (with_window.child) return ResolveRelation(analysis, with_window, self);
  const ScopePtr child =
      node.child ? analysis.Resolve(node.child) : MakeScope(bound::MakeRelation(bound::OneRow{}, {}, self.origin));
  if (node.child && node.child->As<plan::OneRow>()) CheckTrailingComma(node.expressions);
  ExpressionResolver resolver(analysis, {child});
  std::vector<SelectItem> items;
  try {
    items = ResolveSelectList(resolver, analysis, node.expressions);
  } catch (QueryError& error) {
    if (error.condition().starts_with("UNRESOLVED_COLUMN")) error.AddOrigin(self.origin);
    throw;
  }
  const ScopePtr input = resolver.ExposedInput();
  const bool aggregates =
      std::any_of(items.begin(), items.end(), [](const SelectItem& item) { return HasAggregate(item.expression); });
  for (const SelectItem& item : items) RefuseGroupingMarkers(item.expression);
  if (aggregates) return BuildAggregate(analysis, input, {}, std::move(items), self.origin);
  const ScopePtr result = BuildProjection(analysis, input, std::move(items), self.origin);
  return result;
}

}  // namespace firesteel::analyzer
