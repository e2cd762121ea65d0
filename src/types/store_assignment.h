#pragma once

#include "types/data_type.h"

namespace firesteel {

/// Cast.canANSIStoreAssign for types that are not nested: what a column takes, though a value may be too large for it.
bool CanStoreAssign(const DataType& from, const DataType& to);

}  // namespace firesteel
