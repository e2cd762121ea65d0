#include "analyzer/expression/grouping_marker.h"
#include "analyzer/relation/clause.h"
#include "analyzer/relation/relations.h"
#include "analyzer/select/aggregate_state.h"
#include "analyzer/select/select_builder.h"
#include "bound/python_eval_type.h"
#include "types/quoting.h"

namespace firesteel::analyzer {

void CheckCondition(const bound::ExpressionPtr& condition, const std::string& clause,
                    const bound::SessionSettings& settings, const OriginPtr& origin) {
  if (!condition->type.Is(TypeKind::kBoolean)) {
    const std::string sql = QuotedSql(*condition, settings);
    throw QueryError("DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
                     {{"sqlExpr", sql}, {"filter", sql}, {"type", QuoteType(condition->type)}}, origin);
  }
  if (HasGroupingMarker(condition)) throw QueryError("UNSUPPORTED_GROUPING_EXPRESSION", {});
  if (HasWindow(condition)) {
    throw QueryError("WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE", {{"clauseName", clause}});
  }
  CheckWindowFunctions(condition, settings, origin);
  if (HasGenerator(condition)) {
    throw QueryError("UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
                     {{"plan", "'Filter " + functions::MessageSql(*PlanReferences(condition), settings)}});
  }
  std::string aggregates;
  (void)bound::AnyOf(condition, [&](const bound::Expression& e) {
    if (!bound::IsAggregate(e)) return false;
    const auto self = std::make_shared<const bound::Expression>(e);
    aggregates += (aggregates.empty() ? "" : ", ") + QualifiedSql(self, settings);
    return false;
  });
  if (!aggregates.empty()) {
    throw QueryError("INVALID_WHERE_CONDITION",
                     {{"condition", QuotedSql(*condition, settings)}, {"expressionList", aggregates}}, origin);
  }
}

void CheckOperator(const bound::ExpressionPtr& expression, const std::string& operator_name,
                   const bound::SessionSettings& settings, const OriginPtr& origin) {
  CheckWindowFunctions(expression, settings, origin);
  std::string refused;
  const auto collect = [&](const auto& self, const bound::ExpressionPtr& e) -> void {
    if (bound::IsAggregate(*e) || e->As<bound::WindowCall>() || IsGenerator(*e)) {
      refused += (refused.empty() ? "" : ", ") + QuotedSql(*e, settings);
      const auto* window = e->As<bound::WindowCall>();
      if (window && bound::IsAggregate(*window->function)) refused += ", " + QuotedSql(*window->function, settings);
      return;
    }
    for (const bound::ExpressionPtr& child : bound::Children(*e)) self(self, child);
  };
  collect(collect, expression);
  if (refused.empty()) return;
  throw QueryError("UNSUPPORTED_EXPR_FOR_OPERATOR", {{"operator", operator_name}, {"invalidExprSqls", refused}},
                   origin);
}

ScopePtr FilterScope(Analysis& analysis, const ScopePtr& child, const plan::ExpressionPtr& condition,
                     const std::string& clause, const OriginPtr& origin) {
  ExpressionResolver resolver(analysis, {child});
  resolver.AllowMissing();
  bound::ExpressionPtr bound = resolver.Resolve(condition);
  ScopePtr input = child;
  if (child->aggregate) {
    if (HasWindow(bound)) throw QueryError("WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE", {{"clauseName", clause}});
    AggregateExtension extension(analysis, child);
    bound = extension.Add(bound);
    input = extension.Apply();
  } else {
    input = resolver.ExposedInput();
  }
  if (clause == "HAVING" && !bound->type.Is(TypeKind::kBoolean)) {
    // Spark's parser wraps what is no predicate in a cast.
    bound = resolver.MakeCheckedCast(bound, DataType::Boolean(), resolver.default_mode(), bound->origin);
  }
  CheckCondition(bound, clause, analysis.settings(), origin);
  auto filtered = PassThrough(input, bound::Filter{input->relation, std::move(bound)}, origin);
  filtered->aggregate = input->aggregate;
  if (input == child) return filtered;
  const ScopePtr projected = ProjectTo(filtered, child->output);
  auto scope = std::const_pointer_cast<Scope>(projected);  // made just now
  scope->aggregate = input->aggregate;
  // A hidden key that the condition named stays hidden, for what stands above.
  if (!input->aggregate) scope->hidden = child->hidden;
  return scope;
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::Filter& node, const plan::Relation& self) {
  return FilterScope(analysis, analysis.Resolve(node.child), node.condition, "WHERE", self.origin);
}

}  // namespace firesteel::analyzer
