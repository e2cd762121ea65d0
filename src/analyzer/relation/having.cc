#include "analyzer/relation/clause.h"
#include "analyzer/relation/relations.h"
#include "analyzer/select/select_builder.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis& analysis, const plan::Having& node, const plan::Relation& self) {
  ScopePtr child;
  if (const auto* project = node.child->As<plan::Project>(); project && project->child) {
    // HAVING without GROUP BY makes the SELECT a global aggregate.
    const ScopePtr input = analysis.Resolve(project->child);
    ExpressionResolver resolver(analysis, {input});
    std::vector<SelectItem> items = ResolveSelectList(resolver, analysis, project->expressions);
    child = BuildAggregate(analysis, resolver.ExposedInput(), {}, std::move(items), node.child->origin);
  } else {
    child = analysis.Resolve(node.child);
  }
  return FilterScope(analysis, child, node.condition, "HAVING", self.origin);
}

}  // namespace firesteel::analyzer
