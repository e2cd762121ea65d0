#pragma once

#include <vector>

#include "base/origin.h"
#include "bound/expression.h"

namespace firesteel::analyzer {

/// What DISTINCT and the set operations refuse: columns that are or hold maps or variants.
void CheckComparable(const std::vector<bound::Attribute>& columns, const OriginPtr& origin);

}  // namespace firesteel::analyzer
