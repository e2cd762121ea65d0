#pragma once

#include "bound/relation.h"
#include "bound/session_settings.h"

namespace firesteel::optimizer {

/// Comparisons of columns declared CHAR(n) with texts of another length: the shorter side is filled with spaces, as
/// Spark does (ApplyCharTypePadding). The columns' names stay.
bound::RelationPtr PadCharComparisons(const bound::RelationPtr& relation, const bound::SessionSettings& settings);

}  // namespace firesteel::optimizer
