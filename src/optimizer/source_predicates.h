#pragma once

#include <vector>

#include "optimizer/source_filters.h"

namespace firesteel::optimizer {

/// One of the conditions that a filter joins by AND, without the NOTs around it.
struct Predicate {
  bound::ExpressionPtr condition;
  bool is_negated = false;
};
/// The parts of a condition: of a AND b, and of NOT (a OR b).
std::vector<Predicate> PredicatesOf(const bound::ExpressionPtr& condition);

/// The filters that say what the predicate says. False where they say less than it, or nothing.
bool AppendFilters(const Predicate& predicate, std::vector<SourceFilter>& filters);
/// IsNotNull of the columns that cannot be null where the predicate holds: not those that are never null, nor what the
/// predicate says itself.
void AppendNotNulls(const Predicate& predicate, std::vector<SourceFilter>& filters);

}  // namespace firesteel::optimizer
