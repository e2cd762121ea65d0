#include <random>

#include "analyzer/relation/relations.h"

namespace firesteel::analyzer {

ScopePtr ResolveRelation(Analysis& analysis, const plan::Sample& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  std::random_device random;
  const int64_t seed = node.seed.value_or(static_cast<int64_t>(random()));
  return PassThrough(child,
                     bound::Sample{child->relation, node.lower_bound, node.upper_bound, node.with_replacement, seed},
                     self.origin);
}

}  // namespace firesteel::analyzer
