// DataFrame.observe: aggregates that are measured while the rows pass.
#include "analyzer/expression/resolver.h"
#include "analyzer/relation/relations.h"
#include "types/quoting.h"

namespace firesteel::analyzer {
namespace {

class MetricChecker {
 public:
  MetricChecker(const SelectItem& item, const plan::ExpressionPtr& written, const Analysis& analysis)
      : item_(item), written_(written), analysis_(analysis) {}

  void Check(const bound::ExpressionPtr& expression, bool in_aggregate) const {
    if (expression->As<bound::WindowCall>()) Refuse("WINDOW_EXPRESSIONS_UNSUPPORTED", expression->origin);
    if (const auto* call = expression->As<bound::AggregateCall>()) {
      if (in_aggregate) Refuse("NESTED_AGGREGATES_UNSUPPORTED", expression->origin);
      if (call->is_distinct) Refuse("AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED", written_->origin);
      if (call->filter) Refuse("AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED", written_->origin);
      in_aggregate = true;
    }
    if (!in_aggregate && expression->As<bound::AttributeRef>()) {
      Refuse("NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE", item_.is_alias ? written_->origin : nullptr);
    }
    const auto* call = expression->As<bound::Call>();
    if (!in_aggregate && call && call->function->volatility == functions::Volatility::kVolatile) {
      Refuse("NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC", written_->origin);
    }
    for (const bound::ExpressionPtr& child : bound::Children(*expression)) Check(child, in_aggregate);
  }

 private:
  [[noreturn]] void Refuse(const char* reason, const OriginPtr& origin) const {
    std::string sql = functions::MessageSql(*item_.expression, analysis_.settings());
    if (item_.is_alias) sql += " AS " + QuoteIfNeeded(item_.name);
    throw QueryError(std::string("INVALID_OBSERVED_METRICS.") + reason, {{"expr", DoubleQuoted(sql)}}, origin);
  }

  const SelectItem& item_;
  const plan::ExpressionPtr& written_;
  const Analysis& analysis_;
};

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::CollectMetrics& node, const plan::Relation& self) {
  if (node.name.empty()) {
    throw QueryError("INVALID_OBSERVED_METRICS.MISSING_NAME", {{"operator", "CollectMetrics"}}, self.origin);
  }
  const ScopePtr child = analysis.Resolve(node.child);
  ExpressionResolver resolver(analysis, {child});
  resolver.AllowNestedAggregates();  // the checker refuses them in its own words
  bound::CollectMetrics metrics{child->relation, node.name, self.plan_id.value_or(0), {}};
  for (const plan::ExpressionPtr& written : node.metrics) {
    std::vector<SelectItem> items = resolver.ResolveItems({written});
    if (items.size() != 1) ThrowUnsupported("a star among observed metrics", self.origin);
    SelectItem& item = items[0];
    MetricChecker(item, written, analysis).Check(item.expression, false);
    metrics.metrics.push_back({analysis.NewAttribute(item.name, item.expression->type, item.expression->nullable),
                               std::move(item.expression)});
  }
  return PassThrough(child, std::move(metrics), self.origin);
}

}  // namespace firesteel::analyzer
