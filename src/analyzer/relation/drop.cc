#include <algorithm>

#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "analyzer/relation/relations.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis& analysis, const plan::Drop& node, const plan::Relation&) {
  const ScopePtr child = analysis.Resolve(node.child);
  std::vector<bound::ExpressionPtr> dropped;
  ExpressionResolver resolver(analysis, {child});
  for (const plan::ExpressionPtr& column : node.columns) {
    try {
      dropped.push_back(resolver.Resolve(column));
    } catch (const QueryError& error) {
      // What does not exist need not be dropped.
      if (!error.condition().starts_with("UNRESOLVED_COLUMN")) throw;
    }
  }
  std::vector<bound::Attribute> kept;
  for (const bound::Attribute& attribute : child->output) {
    const bool by_name = std::any_of(node.column_names.begin(), node.column_names.end(), [&](const std::string& name) {
      return SameName(attribute.name, name, analysis.case_sensitive());
    });
    const bool by_column = std::any_of(dropped.begin(), dropped.end(), [&](const bound::ExpressionPtr& column) {
      const auto* reference = column->As<bound::AttributeRef>();
      return reference && reference->id == attribute.id;
    });
    if (!by_name && !by_column) kept.push_back(attribute);
  }
  return ProjectTo(child, kept);
}

}  // namespace firesteel::analyzer
