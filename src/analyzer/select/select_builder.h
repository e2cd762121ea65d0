#pragma once

#include <memory>
#include <vector>

#include "analyzer/expression/resolver.h"
#include "analyzer/select/aggregate_state.h"

namespace firesteel::analyzer {

/// Resolves a SELECT list item by item; later items may name earlier aliases (lateral column aliases).
std::vector<SelectItem> ResolveSelectList(ExpressionResolver& resolver, Analysis& analysis,
                                          const std::vector<plan::ExpressionPtr>& expressions);

/// Computes the items over `base`: generators, window functions, lateral aliases, then the projection. `base` may be an
/// aggregate of the same SELECT (its `aggregate` is set).
ScopePtr BuildProjection(Analysis& analysis, const ScopePtr& base, std::vector<SelectItem> items,
                         const OriginPtr& origin);

/// GROUP BY `keys` (with sets of indices into them, or none) over `child`, giving `items`.
struct Grouping {
  std::vector<bound::ExpressionPtr> keys;
  std::vector<std::vector<int32_t>> sets;
  bool has_sets = false;
};
ScopePtr BuildAggregate(Analysis& analysis, const ScopePtr& child, const Grouping& grouping,
                        std::vector<SelectItem> items, const OriginPtr& origin);

/// A window function without OVER, in any of the items: WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE at the query's place.
void CheckWindowFunctions(const bound::ExpressionPtr& expression, const bound::SessionSettings& settings,
                          const OriginPtr& origin);

}  // namespace firesteel::analyzer
