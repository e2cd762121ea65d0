#include <algorithm>

#include "analyzer/expression/grouping_marker.h"
#include "analyzer/relation/relations.h"
#include "analyzer/select/select_builder.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis& analysis, const plan::Project& node, const plan::Relation& self) {
  const ScopePtr child =
      node.child ? analysis.Resolve(node.child) : MakeScope(bound::MakeRelation(bound::OneRow{}, {}, self.origin));
  ExpressionResolver resolver(analysis, {child});
  std::vector<SelectItem> items = ResolveSelectList(resolver, analysis, node.expressions);
  const ScopePtr input = resolver.ExposedInput();
  const bool aggregates =
      std::any_of(items.begin(), items.end(), [](const SelectItem& item) { return HasAggregate(item.expression); });
  for (const SelectItem& item : items) RefuseGroupingMarkers(item.expression);
  if (aggregates) return BuildAggregate(analysis, input, {}, std::move(items), self.origin);
  const ScopePtr result = BuildProjection(analysis, input, std::move(items), self.origin);
  return result;
}

}  // namespace firesteel::analyzer
