#pragma once

#include <vector>

#include "bound/relation.h"

/// Projections that pass columns on.
namespace firesteel::optimizer {

/// The relation with exactly these of its columns, in this order.
bound::RelationPtr Select(const bound::RelationPtr& relation, const std::vector<bound::Attribute>& columns);

/// The relation with more columns behind its own.
bound::RelationPtr AddColumns(const bound::RelationPtr& relation, std::vector<bound::NamedExpression> added);

}  // namespace firesteel::optimizer
