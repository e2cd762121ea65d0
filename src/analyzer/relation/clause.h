#pragma once

#include <string>

#include "analyzer/expression/resolver.h"

namespace firesteel::analyzer {

/// What a condition must be: boolean, and free of aggregates, window functions and generators. `clause` is WHERE or
/// HAVING. `origin` is the query's place, as Spark reports it.
void CheckCondition(const bound::ExpressionPtr& condition, const std::string& clause,
                    const bound::SessionSettings& settings, const OriginPtr& origin);

/// Refuses aggregates, window functions and generators in a Join or Sort: UNSUPPORTED_EXPR_FOR_OPERATOR.
void CheckOperator(const bound::ExpressionPtr& expression, const std::string& operator_name,
                   const bound::SessionSettings& settings, const OriginPtr& origin);

/// Filters `child` by a condition that may name columns below the child (also an aggregate's input, with further
/// aggregates): HAVING, and filters of DataFrames. The output stays the child's.
ScopePtr FilterScope(Analysis& analysis, const ScopePtr& child, const plan::ExpressionPtr& condition,
                     const std::string& clause, const OriginPtr& origin);

}  // namespace firesteel::analyzer
