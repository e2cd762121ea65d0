// DataFrame.sampleBy: a row is kept when rand(seed) is below the fraction of its stratum; unknown strata have none.
#include <random>

#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "analyzer/relation/statistics.h"
#include "base/java_text.h"
#include "types/value_text.h"

namespace firesteel::analyzer {
namespace {

std::string StratumText(const plan::ExpressionPtr& stratum) {
  const auto* literal = stratum->As<plan::Literal>();
  if (!literal) return "?";
  return literal->value.value.is_null() ? "null" : CastText(literal->value.type, literal->value.value, "UTC");
}

}  // namespace

ScopePtr ResolveSampleBy(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self) {
  bool in_range = true;
  std::string map;
  std::vector<plan::ExpressionPtr> branches;
  for (const auto& [stratum, fraction] : node.fractions) {
    in_range = in_range && fraction >= 0 && fraction <= 1;
    map += (map.empty() ? "" : ", ") + StratumText(stratum) + " -> " + JavaDoubleText(fraction);
    branches.push_back(plan::Call("<=>", {node.stratify_column, stratum}));
    branches.push_back(DoubleLiteral(fraction));
  }
  if (!in_range) ThrowRequirement("Fractions must be in [0, 1], but got Map(" + map + ").", self.origin);
  branches.push_back(DoubleLiteral(0));
  std::random_device random;
  const int64_t seed = node.seed.value_or(static_cast<int64_t>(random()));
  const plan::ExpressionPtr number = plan::Call("rand", {plan::Make(plan::Literal{{DataType::Long(), Value{seed}}})});
  const plan::ExpressionPtr fraction = branches.size() == 1 ? branches[0] : plan::Call("when", std::move(branches));
  plan::Filter filter{node.child, plan::Call("<", {number, fraction})};
  return analysis.Resolve(plan::MakeRelation(std::move(filter), self.origin));
}

}  // namespace firesteel::analyzer
