#pragma once

#include "bound/relation.h"
#include "functions/kernel.h"

namespace firesteel::lowering {

/// Whether the plan shows that the query has at most one row (for each row of the enclosing query).
bool HasAtMostOneRow(const bound::Relation& query);

/// (number of rows of a scalar subquery) → false; more than one raises SCALAR_SUBQUERY_TOO_MANY_ROWS.
const functions::Kernel& TooManyRowsKernel();

}  // namespace firesteel::lowering
