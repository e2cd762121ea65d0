#pragma once

#include <functional>

#include "analyzer/select/select_builder.h"
#include "plan/relation.h"

namespace firesteel::analyzer {

/// The grouping keys and sets of an aggregate: plain lists, ROLLUP, CUBE and GROUPING SETS, also mixed (`GROUP BY a,
/// ROLLUP(b, c)` is the product of its parts). Equal keys are one key. `resolve` resolves one key.
Grouping ResolveGrouping(const plan::Aggregate& node,
                         const std::function<bound::ExpressionPtr(const plan::ExpressionPtr&)>& resolve);

}  // namespace firesteel::analyzer
