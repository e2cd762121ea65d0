#pragma once

#include <vector>

#include "analyzer/expression/resolver.h"

namespace firesteel::analyzer {

/// Computes every WindowCall of the items in Window nodes over `child` (one for each PARTITION BY and ORDER BY, nested
/// ones first) and puts references in their places.
ScopePtr ExtractWindows(Analysis& analysis, const ScopePtr& child, const std::vector<SelectItem*>& items,
                        const OriginPtr& origin);

}  // namespace firesteel::analyzer
