#pragma once

#include "analyzer/analysis.h"
#include "plan/relation.h"

namespace firesteel::analyzer {

/// DataFrame groupBy(…).pivot(column, values).agg(…).
ScopePtr ResolvePivotAggregate(Analysis& analysis, const plan::Aggregate& node, const plan::Relation& self);

}  // namespace firesteel::analyzer
