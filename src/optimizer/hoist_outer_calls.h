#pragma once

#include "bound/relation.h"
#include "optimizer/python_columns.h"

namespace firesteel::optimizer {

/// A Python call inside a subquery, or on the right of a LATERAL join, that is given columns of the relation's input
/// and constants only: it is computed on the input, and the subquery names the column. What stands on top of an inner
/// LATERAL join's right side (projections, filters) goes above the join, where both sides' columns are at hand. The
/// relation itself where there is nothing of the kind.
bound::RelationPtr HoistOuterCalls(const bound::RelationPtr& relation, FreshIds& ids);

}  // namespace firesteel::optimizer
