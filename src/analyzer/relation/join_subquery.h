#pragma once

#include "analyzer/analysis.h"
#include "analyzer/scope.h"

namespace firesteel::analyzer {

/// The sides of a join and its condition.
struct JoinParts {
  ScopePtr left;
  ScopePtr right;
  bound::ExpressionPtr condition;
};

/// Refuses what Spark refuses of subqueries in the condition of a join: correlated scalar subqueries, and subqueries
/// that need columns of both sides. For joins other than inner ones each subquery becomes a column of the side whose
/// columns it needs, so that the condition compares columns only.
JoinParts PlaceSubqueries(Analysis& analysis, JoinParts parts, bound::Join::Type type, const OriginPtr& origin);

}  // namespace firesteel::analyzer
