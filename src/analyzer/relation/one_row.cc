#include "analyzer/relation/relations.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis&, const plan::OneRow&, const plan::Relation& self) {
  return MakeScope(bound::MakeRelation(bound::OneRow{}, {}, self.origin));
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::SqlQuery& node, const plan::Relation&) {
  return analysis.Resolve(analysis.environment().ParseQuery(node));
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::WithRelations& node, const plan::Relation&) {
  // References stay known to what is nested inside; ids are unique in a client's session.
  for (const plan::RelationPtr& reference : node.references) {
    if (reference->plan_id) analysis.references()[*reference->plan_id] = reference;
  }
  return analysis.Resolve(node.root);
}

}  // namespace firesteel::analyzer
