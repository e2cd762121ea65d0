#pragma once

#include "bound/relation.h"
#include "functions/kernel.h"

namespace firesteel::lowering {

/// Whether the plan shows that the query has at most one row (for each row of the enclosing query).
bool HasAtMostOneRow(const bound::Relation& query);

/// Whether the query names columns of an enclosing one.
bool RefersToOuter(const bound::Relation& query);

/// (number of rows of a scalar subquery) → false; more than one raises SCALAR_SUBQUERY_TOO_MANY_ROWS, whose exception
/// class is another for correlated subqueries.
const functions::Kernel& TooManyRowsKernel(bool is_correlated);

}  // namespace firesteel::lowering
