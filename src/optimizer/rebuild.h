#pragma once

#include <utility>
#include <vector>

#include "base/overloaded.h"
#include "bound/relation.h"
#include "bound/subquery.h"

/// Rebuilding bound nodes with other expressions or inputs; unchanged nodes stay shared.
namespace firesteel::optimizer {

using bound::SubqueryOf;

/// Whether new ids are counted on from this one: parameters of lambdas that nobody wrote have the greatest numbers of
/// all (functions/binding/higher_order.cc), which nothing may come after.
inline bool CountsOn(bound::AttributeId id) { return id < bound::AttributeId{1} << 62; }

/// The same subquery expression over another plan.
inline bound::ExpressionPtr WithSubquery(const bound::Expression& expression, bound::RelationPtr query) {
  bound::Expression copy = expression;
  std::visit(Overloaded{[&](bound::ScalarSubquery& node) { node.query = std::move(query); },
                        [&](bound::ExistsSubquery& node) { node.query = std::move(query); },
                        [&](bound::InSubquery& node) { node.query = std::move(query); }, [](auto&) {}},
             copy.node);
  return std::make_shared<const bound::Expression>(std::move(copy));
}

/// Whether any relation of the plan, those of subqueries included, satisfies `f`.
template <class F>
bool AnyRelation(const bound::RelationPtr& relation, F&& f) {
  if (f(std::as_const(*relation))) return true;
  for (const bound::ExpressionPtr& expression : bound::Expressions(*relation)) {
    const bool found = bound::AnyOf(expression, [&](const bound::Expression& node) {
      const bound::RelationPtr* query = SubqueryOf(node);
      return query && AnyRelation(*query, f);
    });
    if (found) return true;
  }
  for (const bound::RelationPtr& child : bound::Children(*relation)) {
    if (AnyRelation(child, f)) return true;
  }
  return false;
}

/// Top-down rewrite: replaces the largest subtrees for which `f` gives something. Unchanged subtrees stay shared.
template <class F>
bound::ExpressionPtr TransformDown(const bound::ExpressionPtr& expression, F&& f) {
  if (bound::ExpressionPtr replaced = f(expression)) return replaced;
  std::vector<bound::ExpressionPtr> children = bound::Children(*expression);
  bool changed = false;
  for (bound::ExpressionPtr& child : children) {
    bound::ExpressionPtr mapped = TransformDown(child, f);
    changed = changed || mapped != child;
    child = std::move(mapped);
  }
  return changed ? bound::WithChildren(expression, std::move(children)) : expression;
}

/// The relation with `f` applied to every expression that stands directly in it.
template <class F>
bound::RelationPtr MapExpressions(const bound::RelationPtr& relation, F&& f) {
  bool changed = false;
  auto map = [&](bound::ExpressionPtr& expression) {
    if (!expression) return;
    bound::ExpressionPtr mapped = f(std::as_const(expression));
    changed |= mapped != expression;
    expression = std::move(mapped);
  };
  auto map_named = [&](std::vector<bound::NamedExpression>& named) {
    for (bound::NamedExpression& each : named) map(each.expression);
  };
  auto map_orders = [&](std::vector<bound::SortOrder>& orders) {
    for (bound::SortOrder& order : orders) map(order.child);
  };
  auto node = relation->node;
  std::visit(Overloaded{
                 [&](bound::Project& x) { map_named(x.expressions); },
                 [&](bound::Filter& x) { map(x.condition); },
                 [&](bound::Join& x) { map(x.condition); },
                 [&](bound::Aggregate& x) {
                   map_named(x.groups);
                   map_named(x.outputs);
                 },
                 [&](bound::Sort& x) { map_orders(x.orders); },
                 [&](bound::Window& x) { map_named(x.expressions); },
                 [&](bound::Generate& x) { map(x.generator); },
                 [&](bound::CollectMetrics& x) { map_named(x.metrics); },
                 [&](bound::Repartition& x) {
                   for (bound::ExpressionPtr& expression : x.expressions) map(expression);
                 },
                 [&](bound::PythonStage& x) {
                   map_named(x.calls);
                   map_orders(x.orders);
                   map(x.frame.lower.offset);
                   map(x.frame.upper.offset);
                 },
                 [](auto&) {},
             },
             node);
  if (!changed) return relation;
  return std::make_shared<const bound::Relation>(bound::Relation{std::move(node), relation->output, relation->origin});
}

/// The relation with `f` applied to every input.
template <class F>
bound::RelationPtr MapChildren(const bound::RelationPtr& relation, F&& f) {
  bool changed = false;
  auto map = [&](bound::RelationPtr& child) {
    bound::RelationPtr mapped = f(std::as_const(child));
    changed |= mapped != child;
    child = std::move(mapped);
  };
  auto node = relation->node;
  std::visit(Overloaded{
                 [](bound::Scan&) {},
                 [](bound::LocalData&) {},
                 [](bound::Range&) {},
                 [](bound::OneRow&) {},
                 [](bound::EngineTable&) {},
                 [](bound::CteReference&) {},
                 [&](bound::Join& x) {
                   map(x.left);
                   map(x.right);
                 },
                 [&](bound::SetOperation& x) {
                   for (bound::RelationPtr& input : x.inputs) map(input);
                 },
                 [&](bound::PythonStage& x) {
                   for (bound::RelationPtr& input : x.inputs) map(input);
                 },
                 [&](bound::Recursion& x) {
                   map(x.anchor);
                   map(x.step);
                 },
                 [&](bound::WithCte& x) {
                   for (auto& definition : x.definitions) map(definition.query);
                   map(x.child);
                 },
                 [&](auto& x) { map(x.child); },
             },
             node);
  if (!changed) return relation;
  return std::make_shared<const bound::Relation>(bound::Relation{std::move(node), relation->output, relation->origin});
}

}  // namespace firesteel::optimizer
