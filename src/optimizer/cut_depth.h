#pragma once

#include "bound/relation.h"

namespace firesteel::optimizer {

/// Expressions deeper than this are computed in stages, one projection above the other.
inline constexpr int kMaxStageDepth = 48;

/// Cuts deep expressions of projections, filters and aggregates into stages: the engine binds deep ones in worse than
/// quadratic time and crashes on very deep ones. Only what is evaluated for every row anyway is computed ahead: never a
/// branch of CASE and the like, nor what stands in a lambda. Chains of AND and OR are flat and count as one level.
bound::RelationPtr CutDepth(const bound::RelationPtr& relation);

}  // namespace firesteel::optimizer
