// DataFrame.observe: aggregates that are measured while the rows pass.
#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"

namespace firesteel::analyzer {
namespace {

[[noreturn]] void Refuse(const char* reason, const bound::Expression& expression, const Analysis& analysis) {
  throw QueryError(std::string("INVALID_OBSERVED_METRICS.") + reason,
                   {{"expr", QuotedSql(expression, analysis.settings())}}, expression.origin);
}

void Check(const bound::ExpressionPtr& expression, bool in_aggregate, const Analysis& analysis) {
  if (expression->As<bound::WindowCall>()) Refuse("WINDOW_EXPRESSIONS_UNSUPPORTED", *expression, analysis);
  if (const auto* call = expression->As<bound::AggregateCall>()) {
    if (in_aggregate) Refuse("NESTED_AGGREGATES_UNSUPPORTED", *expression, analysis);
    if (call->is_distinct) Refuse("AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED", *expression, analysis);
    if (call->filter) Refuse("AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED", *expression, analysis);
    in_aggregate = true;
  }
  if (!in_aggregate && expression->As<bound::AttributeRef>()) {
    Refuse("NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE", *expression, analysis);
  }
  const auto* call = expression->As<bound::Call>();
  if (!in_aggregate && call && call->function->volatility == functions::Volatility::kVolatile) {
    Refuse("NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC", *expression, analysis);
  }
  for (const bound::ExpressionPtr& child : bound::Children(*expression)) Check(child, in_aggregate, analysis);
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::CollectMetrics& node, const plan::Relation& self) {
  if (node.name.empty()) {
    throw QueryError("INVALID_OBSERVED_METRICS.MISSING_NAME", {{"operator", "CollectMetrics"}}, self.origin);
  }
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  bound::CollectMetrics metrics{child->relation, node.name, self.plan_id.value_or(0), {}};
  for (SelectItem& item : resolver.ResolveItems(node.metrics)) {
    Check(item.expression, false, analysis);
    metrics.metrics.push_back({analysis.NewAttribute(item.name, item.expression->type, item.expression->nullable),
                               std::move(item.expression)});
  }
  return PassThrough(child, std::move(metrics), self.origin);
}

}  // namespace firesteel::analyzer
