// DataFrame.crosstab: how often each pair of values of two columns stands in a row, as a pivot of texts.
#include "analyzer/relation/relations.h"
#include "analyzer/relation/statistics.h"

namespace firesteel::analyzer {

ScopePtr ResolveCrosstab(Analysis& analysis, const plan::Statistics& node, const plan::Relation& self) {
  const OriginPtr place = CalledBy(self.origin, "crosstab");
  const auto text = [&](const std::string& name, bool without_quotes) {
    const plan::ExpressionPtr column =
        plan::Make(plan::UnresolvedAttribute{plan::ParseAttributeName(name), std::nullopt, false}, place);
    plan::ExpressionPtr value = CastTo(column, DataType::String());
    // A backquote in a column's name could not be named.
    if (without_quotes) value = plan::Call("regexp_replace", {value, TextLiteral("`"), TextLiteral("")});
    return plan::Call("when", {plan::Call("isnull", {column}), TextLiteral("null"), value});
  };
  plan::Aggregate pivot;
  pivot.child = node.child;
  pivot.kind = plan::Aggregate::Kind::kPivot;
  pivot.grouping = {Named(text(node.columns[0], false), node.columns[0] + "_" + node.columns[1])};
  pivot.pivot_column = text(node.columns[1], true);
  pivot.aggregates = {plan::Call("count", {IntLiteral(1)})};
  plan::NaFill filled;
  filled.child = plan::MakeRelation(std::move(pivot), self.origin);
  filled.values = {plan::Make(plan::Literal{{DataType::Long(), Value{int64_t{0}}}})};
  return analysis.Resolve(plan::MakeRelation(std::move(filled), self.origin));
}

}  // namespace firesteel::analyzer
