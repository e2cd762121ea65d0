#include "analyzer/relation/relations.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis&, const plan::OneRow&, const plan::Relation& self) {
  return MakeScope(bound::MakeRelation(bound::OneRow{}, {}, self.origin));
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::SqlQuery& node, const plan::Relation&) {
  return analysis.Resolve(analysis.environment().ParseQuery(node));
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::WithRelations& node, const plan::Relation&) {
  // References stay known to what is nested inside; ids are unique in a client's session. Those with a name
  // (spark.sql("… {df}", df=df)) are tables of the root's text, as if it began with WITH.
  plan::With named;
  for (const plan::RelationPtr& reference : node.references) {
    if (reference->plan_id) analysis.references()[*reference->plan_id] = reference;
    if (const auto* alias = reference->As<plan::SubqueryAlias>(); alias && !alias->alias.empty()) {
      named.definitions.push_back({alias->alias, alias->column_aliases, alias->child, false, reference->origin});
    }
  }
  if (named.definitions.empty()) return analysis.Resolve(node.root);
  named.child = node.root;
  return analysis.Resolve(plan::MakeRelation(std::move(named), node.root->origin));
}

}  // namespace firesteel::analyzer
