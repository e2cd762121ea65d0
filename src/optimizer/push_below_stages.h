#pragma once

#include "bound/relation.h"

namespace firesteel::optimizer {

/// The rows of `relation` that fulfill a condition without Python, the filter below stages as far as Spark brings it.
bound::RelationPtr FilterBelowStages(const bound::RelationPtr& relation, const bound::ExpressionPtr& condition,
                                     const OriginPtr& origin);
/// The relation with its limits below stages that give a row a row.
bound::RelationPtr PushLimits(const bound::RelationPtr& relation);

}  // namespace firesteel::optimizer
