// DataFrame.cov and corr: a null counts as 0, too few rows give 0 and NaN.
#include <cmath>

#include "analyzer/relation/relations.h"
#include "analyzer/relation/statistics.h"
#include "types/type_text.h"

namespace firesteel::analyzer {

ScopePtr ResolveCovariance(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self) {
  const bool is_correlation = node.kind == plan::Statistics::Kind::kCorr;
  if (is_correlation && node.method != "pearson") {
    ThrowRequirement("Currently only the calculation of the Pearson Correlation coefficient is supported.",
                     self.origin);
  }
  const ScopePtr child = analysis.Resolve(node.child);
  std::vector<plan::ExpressionPtr> values;
  for (const std::string& name : node.columns) {
    const bound::Attribute& column = StatisticColumn(analysis, child, name);
    if (!column.type.IsNumeric()) {
      ThrowRequirement(std::string("Currently ") + (is_correlation ? "correlation" : "covariance") +
                           " calculation for columns with dataType " + CatalogString(column.type) + " not supported.",
                       self.origin);
    }
    values.push_back(plan::Call("coalesce", {CastTo(ColumnNamed(column.name), DataType::Double()), DoubleLiteral(0)}));
  }
  plan::Aggregate aggregate;
  aggregate.child = node.child;
  plan::ExpressionPtr measure;
  if (is_correlation) {
    // The formula that Spark computes here; corr() itself rounds in another place.
    const plan::ExpressionPtr product =
        plan::Call("*", {plan::Call("var_pop", {values[0]}), plan::Call("var_pop", {values[1]})});
    const plan::ExpressionPtr divisor = plan::Call("nullif", {plan::Call("sqrt", {product}), DoubleLiteral(0)});
    measure = plan::Call("/", {plan::Call("covar_pop", values), divisor});
  } else {
    measure = plan::Call("covar_samp", values);
  }
  const plan::ExpressionPtr none = DoubleLiteral(is_correlation ? std::nan("") : 0);
  aggregate.aggregates = {Named(plan::Call("coalesce", {measure, none}), is_correlation ? "corr" : "cov")};
  return analysis.Resolve(plan::MakeRelation(std::move(aggregate), self.origin));
}

}  // namespace firesteel::analyzer
