#pragma once

#include "bound/relation.h"

namespace firesteel::optimizer {

/// The plan with what values of user-defined types are kept as in the types' place, subqueries included: below the
/// optimizer a value is what it is kept as. A plan without such types is given back as it is.
bound::RelationPtr WithStorageTypes(const bound::RelationPtr& relation);

}  // namespace firesteel::optimizer
