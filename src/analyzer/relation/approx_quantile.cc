// DataFrame.approxQuantile: one row with an array of arrays, a column of the call each. Nulls and NaN do not count.
#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzer/relation/relations.h"
#include "analyzer/relation/statistics.h"
#include "analyzer/suggestion.h"
#include "types/scala_type_text.h"

namespace firesteel::analyzer {
ScopePtr ResolveApproxQuantile(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self) {
  if (!(node.relative_error >= 0)) {
    ThrowRequirement("Relative Error must be non-negative but got " + std::to_string(node.relative_error), self.origin);
  }
  for (const double probability : node.probabilities) {
    if (!(probability >= 0 && probability <= 1)) {
      ThrowRequirement("percentile should be in the range [0.0, 1.0]", self.origin);
    }
  }
  const ScopePtr child = analysis.Resolve(node.child);
  // percentile_approx works by the same summary; its accuracy is one by the relative error.
  const double accuracy = node.relative_error <= 0 ? std::numeric_limits<int32_t>::max() : 1 / node.relative_error;
  const plan::ExpressionPtr wanted_accuracy =
      IntLiteral(static_cast<int64_t>(std::clamp(std::round(accuracy), 1.0, 2147483647.0)));
  std::vector<plan::ExpressionPtr> probabilities;
  for (const double probability : node.probabilities) probabilities.push_back(DoubleLiteral(probability));
  const DataType list = DataType::Array(DataType::Double(), false);
  const plan::ExpressionPtr nothing = plan::Make(plan::Literal{{list, Value::List({})}});
  std::vector<plan::ExpressionPtr> results;
  for (const std::string& name : node.columns) {
    // Spark selects the columns first; their suggestions are those of a projection.
    const std::vector<size_t> found = child->FindName(name, analysis.case_sensitive());
    if (found.empty())
      ThrowUnresolvedColumn(plan::ParseAttributeName(name), child->output, CalledBy(self.origin, "approxQuantile"));
    const bound::Attribute& column = child->output[found[0]];
    if (!column.type.IsNumeric()) {
      ThrowRequirement("Quantile calculation for column " + name + " with data type " + ScalaTypeText(column.type) +
                           " is not supported.",
                       self.origin);
    }
    if (probabilities.empty()) {
      results.push_back(nothing);
      continue;
    }
    const plan::ExpressionPtr number = CastTo(ColumnNamed(column.name), DataType::Double());
    const plan::ExpressionPtr null = plan::Make(plan::Literal{{DataType::Double(), Value{}}});
    const plan::ExpressionPtr value = plan::Call("if", {plan::Call("isnan", {number}), null, number});
    results.push_back(plan::Call(
        "coalesce",
        {plan::Call("percentile_approx", {value, plan::Call("array", probabilities), wanted_accuracy}), nothing}));
  }
  plan::Aggregate aggregate;
  aggregate.child = node.child;
  aggregate.aggregates = {Named(plan::Call("array", std::move(results)), "approx_quantile")};
  return analysis.Resolve(plan::MakeRelation(std::move(aggregate), self.origin));
}

}  // namespace firesteel::analyzer
