#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "analyzer/analysis.h"
#include "analyzer/scope.h"
#include "bound/relation.h"

namespace firesteel::analyzer {

/// What a parent (HAVING, ORDER BY) must know of an aggregate to add to it.
struct AggregateState {
  ScopePtr child;                              ///< the input, in which arguments of further aggregates resolve
  std::vector<bound::ExpressionPtr> keys;      ///< the grouping expressions, over the input
  std::vector<bound::NamedExpression> groups;  ///< the same as columns of the aggregate
  std::vector<std::vector<int32_t>> grouping_sets;
  std::optional<bound::Attribute> grouping_id;
};

/// Turns expressions over an aggregate's input into expressions over its groups: subtrees equal to a grouping
/// expression become references to the group; grouping() becomes arithmetic on the grouping id; what stands inside
/// aggregate calls stays.
class GroupRewriter {
 public:
  GroupRewriter(const AggregateState& state, const bound::SessionSettings& settings);

  /// Ids that may stand as they are (lateral aliases, columns of the aggregate's output).
  void Allow(bound::AttributeId id) { allowed_.insert(id); }
  /// Throws MISSING_AGGREGATION (MISSING_GROUP_BY when there are no groups) for a column that is neither grouped nor
  /// aggregated. `origin` is the place of the aggregate.
  bound::ExpressionPtr Rewrite(const bound::ExpressionPtr& expression, const OriginPtr& origin) const;
  /// The same, but gives null instead of an error and names the offending column.
  bound::ExpressionPtr TryRewrite(const bound::ExpressionPtr& expression, bound::ExpressionPtr* offending) const;

 private:
  const bound::Attribute* FindGroup(const bound::Expression& expression) const;
  bound::ExpressionPtr RewriteMarker(const bound::Expression& marker) const;

  const AggregateState& state_;
  const bound::SessionSettings& settings_;
  std::unordered_multimap<size_t, size_t> by_hash_;
  AttributeIds allowed_;
};

/// Collects expressions as further output columns of the aggregate at or below `scope` and exposes them on top.
/// Equal expressions share a column.
class AggregateExtension {
 public:
  AggregateExtension(Analysis& analysis, ScopePtr scope);

  /// Rewrites a resolved expression of a parent (columns of the scope's output, of the aggregate's input, and further
  /// aggregates) into one over the extended scope.
  bound::ExpressionPtr Add(const bound::ExpressionPtr& expression);
  /// The scope with the added columns.
  ScopePtr Apply();

 private:
  bound::ExpressionPtr Column(const bound::ExpressionPtr& expression, const std::string& name);
  bound::ExpressionPtr Lift(const bound::ExpressionPtr& expression);
  bound::ExpressionPtr LiftChildren(const bound::ExpressionPtr& expression);

  Analysis& analysis_;
  ScopePtr scope_;
  ScopePtr aggregate_;  // the scope that holds the bound::Aggregate itself
  const AggregateState& state_;
  GroupRewriter rewriter_;
  std::vector<bound::NamedExpression> added_;
  AttributeIds exposed_;
};

}  // namespace firesteel::analyzer
