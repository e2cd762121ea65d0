#include <utility>

#include "analyzer/relation/relations.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis& analysis, const plan::CachedRemoteRelation& node, const plan::Relation& self) {
  std::vector<bound::Attribute> output = analysis.NewAttributes(node.rows->schema);
  bound::EngineTable table{node.rows->table, node.rows->column_names, "ExistingRDD", node.rows};
  return MakeScope(bound::MakeRelation(std::move(table), std::move(output), self.origin));
}

}  // namespace firesteel::analyzer
