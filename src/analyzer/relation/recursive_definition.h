#pragma once

#include "analyzer/analysis.h"
#include "base/error.h"
#include "plan/relation.h"

namespace firesteel::analyzer {

/// The query of a definition in WITH RECURSIVE, which may refer to itself: a bound::Recursion if it does, else the
/// query as it is. `definition` must be among the open ones, without a scope. Throws INVALID_RECURSIVE_CTE,
/// UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE, INVALID_RECURSIVE_REFERENCE.PLACE, CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE.
ScopePtr ResolveRecursiveDefinition(Analysis& analysis, CteDefinition& definition,
                                    const plan::With::Definition& written, const OriginPtr& origin);

}  // namespace firesteel::analyzer
