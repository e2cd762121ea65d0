#pragma once

#include "bound/relation.h"

namespace firesteel::optimizer {

/// Takes out columns that nothing above reads: of scans, projections, aggregates and windows. The engine would not read
/// them either, but binding a text of thousands of unread columns costs more than running it.
bound::RelationPtr PruneColumns(const bound::RelationPtr& relation);

}  // namespace firesteel::optimizer
