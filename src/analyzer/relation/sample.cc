#include <random>

#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "analyzer/relation/statistics.h"
#include "base/java_text.h"
#include "functions/signature.h"

namespace firesteel::analyzer {
namespace {

// Spark forgives what rounding may have added to the bounds.
constexpr double kRounding = 1e-6;

void CheckFraction(const plan::Sample& node, const OriginPtr& origin) {
  const double fraction = node.upper_bound - node.lower_bound;
  const bool is_positive = fraction >= -kRounding;
  if (node.with_replacement) {
    if (is_positive) return;
    ThrowRequirement("Sampling fraction (" + JavaDoubleText(fraction) + ") must be nonnegative with replacement",
                     origin);
  }
  if (is_positive && fraction <= 1 + kRounding) return;
  ThrowRequirement(
      "Sampling fraction (" + JavaDoubleText(fraction) + ") must be on interval [0, 1] without replacement", origin);
}

// randomSplit: the parts must see the rows of a partition in one order, by all columns that have one.
ScopePtr SortedWithin(const ScopePtr& child, const OriginPtr& origin) {
  bound::Sort sort{child->relation, {}, false};
  for (const bound::Attribute& column : child->output) {
    if (functions::IsOrderable(column.type)) sort.orders.push_back({bound::MakeReference(column), true, true});
  }
  return sort.orders.empty() ? child : PassThrough(child, std::move(sort), origin);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Sample& node, const plan::Relation& self) {
  CheckFraction(node, self.origin);
  ScopePtr child = analysis.Resolve(node.child);
  if (node.deterministic_order) child = SortedWithin(child, self.origin);
  std::random_device random;
  const int64_t seed = node.seed.value_or(static_cast<int64_t>(random()));
  return PassThrough(child,
                     bound::Sample{child->relation, node.lower_bound, node.upper_bound, node.with_replacement, seed},
                     self.origin);
}

}  // namespace firesteel::analyzer
