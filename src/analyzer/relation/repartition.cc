#include "analyzer/expression/resolver.h"
#include "analyzer/name.h"
#include "analyzer/ordering.h"
#include "analyzer/relation/relations.h"

namespace firesteel::analyzer {
namespace {

void CheckCount(const plan::Repartition& node, const OriginPtr& origin) {
  if (node.num_partitions && *node.num_partitions <= 0) {
    throw QueryError("_LEGACY_ERROR_TEMP_2273",
                     {{"message", "requirement failed: Number of partitions (" + std::to_string(*node.num_partitions) +
                                      ") must be positive."}},
                     origin, ErrorClass::kIllegalArgument);
  }
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::Repartition& node, const plan::Relation& self) {
  const ScopePtr child = analysis.Resolve(node.child);
  CheckCount(node, self.origin);
  ExpressionResolver resolver(analysis, {child});
  resolver.AllowMissing();
  bound::Repartition repartition{child->relation, node.num_partitions, {}, node.shuffle};
  for (const plan::ExpressionPtr& expression : node.expressions) {
    repartition.expressions.push_back(resolver.Resolve(expression));
  }
  if (!resolver.missing().empty())
    repartition.expressions.clear();  // the layout is notional; hidden keys do not matter
  return PassThrough(child, std::move(repartition), self.origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::Hint& node, const plan::Relation& self) {
  // Join strategies are the engine's business and unknown hints are ignored, as Spark ignores them; only the
  // partitioning hints change the plan.
  const std::string name = FoldCase(node.name);
  const bool shuffles = name == "repartition" || name == "repartition_by_range" || name == "rebalance";
  if (!shuffles && name != "coalesce") return analysis.Resolve(node.child);
  if (name == "coalesce" && node.parameters.size() != 1) {
    throw QueryError("_LEGACY_ERROR_TEMP_1048", {{"hintName", "COALESCE"}});
  }
  plan::Repartition layout;
  layout.child = node.child;
  layout.shuffle = shuffles;
  for (const plan::ExpressionPtr& parameter : node.parameters) {
    const auto* literal = parameter->As<plan::Literal>();
    if (literal && literal->value.type.Is(TypeKind::kInt) && !literal->value.value.is_null()) {
      layout.num_partitions = static_cast<int32_t>(literal->value.value.integer());
    } else if (literal && literal->value.type.Is(TypeKind::kString) && !literal->value.value.is_null()) {
      // A text names a column.
      layout.expressions.push_back(plan::Make(
          plan::UnresolvedAttribute{plan::ParseAttributeName(literal->value.value.text()), std::nullopt, false},
          self.origin));
    } else {
      layout.expressions.push_back(parameter);
    }
  }
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  CheckCount(layout, self.origin);
  bound::Repartition repartition{child->relation, layout.num_partitions, {}, layout.shuffle};
  for (const plan::ExpressionPtr& expression : layout.expressions) {
    repartition.expressions.push_back(resolver.Resolve(expression));
  }
  return PassThrough(child, std::move(repartition), self.origin);
}

}  // namespace firesteel::analyzer
