#pragma once

#include "bound/expression.h"

namespace firesteel::analyzer {

/// The expression with its nullability computed anew from its children's (which may have changed: a group of a ROLLUP,
/// a side of an outer join). The same object when nothing changes.
bound::ExpressionPtr RefreshNullability(const bound::ExpressionPtr& expression);

}  // namespace firesteel::analyzer
