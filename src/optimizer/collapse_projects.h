#pragma once

#include "bound/relation.h"

namespace firesteel::optimizer {

/// Depth of expressions that collapsing may make: the engine binds deep expressions in worse than quadratic time.
inline constexpr int kMaxCollapsedDepth = 32;

/// Merges a projection into the projection below it: references are replaced by what they stand for when that is a
/// column, a literal, or an expression used only once. Volatile expressions and window calls stay where they are.
bound::RelationPtr CollapseProjects(const bound::RelationPtr& relation);

}  // namespace firesteel::optimizer
