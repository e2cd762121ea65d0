#pragma once

#include "bound/relation.h"
#include "bound/session_settings.h"
#include "optimizer/python_columns.h"

namespace firesteel::optimizer {

/// An aggregate whose Python calls were moved out: keys and arguments are computed below, functions of rows over its
/// results above, functions of groups in a stage. Throws INVALID_PANDAS_UDF_PLACEMENT where such stand beside functions
/// of the catalogue.
bound::RelationPtr ExtractFromAggregate(const bound::RelationPtr& relation, const bound::Aggregate& aggregate,
                                        FreshIds& ids, const bound::SessionSettings& settings);

/// What Spark says where it has no operator for a combination of Python functions: of groups of several kinds together,
/// or of iterators over windows.
[[noreturn]] void ThrowNoPhysicalPlan();

}  // namespace firesteel::optimizer
