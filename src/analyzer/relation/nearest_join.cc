#include <utility>

#include "analyzer/expression/constant.h"
#include "analyzer/expression/resolver.h"
#include "analyzer/relation/clause.h"
#include "analyzer/relation/join_scope.h"
#include "analyzer/relation/relations.h"
#include "functions/signature.h"
#include "types/quoting.h"

// Joins that take the nearest rows of the right side. Spark rewrites both kinds into correlated aggregates (min_by;
// RewriteAsOfJoin, RewriteNearestByJoin). Here the right side becomes a LATERAL query, filtered, sorted by nearness and
// cut after so many rows, which the engine turns into a join with a window. Which of equally near rows is taken is not
// defined in either.
namespace firesteel::analyzer {
namespace {

using Type = bound::Join::Type;

struct Ranking {
  bound::ExpressionPtr order;      ///< rows with a null here are no candidates
  bound::ExpressionPtr condition;  ///< or null
  bool ascending = true;
  int64_t count = 1;
  bool all_nullable = false;  ///< Spark makes the columns of both sides anew, in an aggregate
};

/// The sides are the inputs of the resolver that the ranking was resolved by.
ScopePtr JoinNearest(ExpressionResolver& resolver, Type type, const Ranking& ranking, const OriginPtr& origin) {
  const ScopePtr left = resolver.ExposedInput(0);
  const ScopePtr right = resolver.ExposedInput(1);
  const auto outer = [&](const bound::ExpressionPtr& e) -> bound::ExpressionPtr {
    const auto* reference = e->As<bound::AttributeRef>();
    if (!reference || !left->Contains(reference->id)) return nullptr;
    return bound::Make(bound::OuterRef{reference->id, reference->name, reference->qualifier}, e->type, e->nullable,
                       e->origin);
  };
  const bound::ExpressionPtr order = bound::TransformUp(ranking.order, outer);
  bound::ExpressionPtr condition = resolver.CallFunction("isnotnull", {order}, origin);
  if (ranking.condition) {
    condition = resolver.CallFunction("and", {bound::TransformUp(ranking.condition, outer), condition}, origin);
  }
  const ScopePtr near = PassThrough(right, bound::Filter{right->relation, std::move(condition)}, origin);
  bound::Sort sort{near->relation, {{order, ranking.ascending, ranking.ascending}}, true};
  const ScopePtr sorted = PassThrough(near, std::move(sort), origin);
  const ScopePtr first = PassThrough(sorted, bound::Limit{sorted->relation, ranking.count, 0}, origin);
  ScopePtr join = MakeJoin(left, first, type, nullptr, true, origin);
  if (ranking.all_nullable) {
    std::vector<bound::Attribute> output = join->output;
    for (bound::Attribute& attribute : output) attribute.nullable = true;
    bound::Join node = *join->relation->As<bound::Join>();
    join = MakeScope(bound::MakeRelation(std::move(node), std::move(output), origin), {left, first}, Reach::kJoin);
  }
  if (left == resolver.inputs()[0] && right == resolver.inputs()[1]) return join;
  return WithColumnsOf(join, resolver.inputs()[0], resolver.inputs()[1]);
}

bool IsNegative(const bound::ExpressionPtr& tolerance) {
  if (const std::optional<int64_t> integer = ConstantInteger(tolerance)) return *integer < 0;
  const auto* literal = tolerance->As<bound::Literal>();
  if (!literal) return false;
  if (const auto* number = std::get_if<double>(&literal->value.data)) return *number < 0;
  if (const auto* number = std::get_if<int64_t>(&literal->value.data)) return *number < 0;
  const auto* number = std::get_if<int128_t>(&literal->value.data);
  return number && *number < 0;
}

/// Refuses a tolerance that is no constant, or is below zero.
void CheckTolerance(ExpressionResolver& resolver, const plan::ExpressionPtr& written, const OriginPtr& origin) {
  const bound::ExpressionPtr tolerance = resolver.Resolve(written);
  if (!IsFoldable(tolerance)) throw QueryError("AS_OF_JOIN.TOLERANCE_IS_UNFOLDABLE", {}, origin);
  if (IsNegative(tolerance)) throw QueryError("AS_OF_JOIN.TOLERANCE_IS_NON_NEGATIVE", {}, origin);
}

/// What of an as-of join is over both sides' columns: AsOfJoin.makeAsOfCond and makeOrderingExpr of Spark.
struct AsOf {
  plan::ExpressionPtr condition;  ///< null: every row is a candidate
  plan::ExpressionPtr distance;   ///< zero or more for each candidate
};

AsOf MakeAsOf(const plan::AsOfJoin& node, const OriginPtr& origin) {
  const plan::ExpressionPtr& left = node.left_as_of;
  const plan::ExpressionPtr& right = node.right_as_of;
  AsOf result;
  const auto require = [&](plan::ExpressionPtr condition) {
    result.condition =
        result.condition ? plan::Call("and", {result.condition, std::move(condition)}) : std::move(condition);
  };
  const bool exact = node.allow_exact_matches;  // says of the tolerance, too, whether its bound is within
  const auto not_below = [&] {
    require(plan::Call(exact ? ">=" : ">", {right, plan::Call("-", {left, node.tolerance})}));
  };
  const auto not_above = [&] {
    require(plan::Call(exact ? "<=" : "<", {right, plan::Call("+", {left, node.tolerance})}));
  };
  if (node.direction == "backward") {
    require(plan::Call(exact ? ">=" : ">", {left, right}));
    if (node.tolerance) not_below();
    result.distance = plan::Call("-", {left, right});
  } else if (node.direction == "forward") {
    require(plan::Call(exact ? "<=" : "<", {left, right}));
    if (node.tolerance) not_above();
    result.distance = plan::Call("-", {right, left});
  } else if (node.direction == "nearest") {
    if (!exact) require(plan::Call("not", {plan::Call("==", {left, right})}));
    if (node.tolerance) {
      not_below();
      not_above();
    }
    result.distance = plan::Call(
        "if", {plan::Call(">", {left, right}), plan::Call("-", {left, right}), plan::Call("-", {right, left})});
  } else {
    throw QueryError("AS_OF_JOIN.UNSUPPORTED_DIRECTION",
                     {{"direction", node.direction}, {"supported", "'forward', 'backward', 'nearest'"}}, origin);
  }
  return result;
}

/// The one column of a side that has this name.
bound::ExpressionPtr KeyOf(Analysis& analysis, const ScopePtr& side, const std::string& name) {
  ExpressionResolver resolver(analysis, {side});
  plan::UnresolvedAttribute attribute;
  attribute.parts = {name};
  return resolver.Resolve(plan::Make(std::move(attribute)));
}

}  // namespace

ScopePtr ResolveRelation(Analysis& analysis, const plan::AsOfJoin& node, const plan::Relation& self) {
  const ScopePtr left = analysis.Resolve(node.left);
  const ScopePtr right = analysis.Resolve(node.right);
  const AsOf as_of = MakeAsOf(node, self.origin);
  ExpressionResolver resolver(analysis, {left, right});
  if (node.tolerance) CheckTolerance(resolver, node.tolerance, self.origin);
  Ranking ranking;
  if (as_of.condition) ranking.condition = resolver.Resolve(as_of.condition);
  ranking.order = resolver.Resolve(as_of.distance);
  const auto require = [&](bound::ExpressionPtr condition) {
    ranking.condition = ranking.condition
                            ? resolver.CallFunction("and", {std::move(condition), ranking.condition}, self.origin)
                            : condition;
  };
  if (node.condition) require(resolver.Resolve(node.condition));
  for (const std::string& name : node.using_columns) {
    require(resolver.CallFunction("==", {KeyOf(analysis, left, name), KeyOf(analysis, right, name)}, self.origin));
  }
  return JoinNearest(resolver, JoinType(node.type), ranking, self.origin);
}

ScopePtr ResolveRelation(Analysis& analysis, const plan::NearestByJoin& node, const plan::Relation& self) {
  const ScopePtr left = analysis.Resolve(node.left);
  const ScopePtr right = analysis.Resolve(node.right);
  ExpressionResolver resolver(analysis, {left, right});
  Ranking ranking{.order = resolver.Resolve(node.ranking),
                  .ascending = !node.largest_first,
                  .count = node.count,
                  .all_nullable = true};
  CheckOperator(ranking.order, "NearestByJoin", analysis.settings(), self.origin);
  if (!functions::IsOrderable(ranking.order->type)) {
    throw QueryError(
        "NEAREST_BY_JOIN.NON_ORDERABLE_RANKING_EXPRESSION",
        {{"expression", QuotedSql(*ranking.order, analysis.settings())}, {"type", QuoteType(ranking.order->type)}},
        self.origin);
  }
  return JoinNearest(resolver, JoinType(node.type), ranking, self.origin);
}

}  // namespace firesteel::analyzer
