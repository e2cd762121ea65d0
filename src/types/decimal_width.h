#pragma once

#include "types/data_type.h"

namespace firesteel {

/// DecimalType.isWiderThan: the decimal holds every value of `other`, a decimal or an integral type.
bool DecimalIsWiderThan(const DataType& decimal, const DataType& other);
/// DecimalType.isTighterThan: `other`, a decimal or an integral type, holds every value of the decimal.
bool DecimalIsTighterThan(const DataType& decimal, const DataType& other);

/// Rank of byte < short < int < long < float < double; -1 for other types.
int NumericPrecedence(const DataType& type);

}  // namespace firesteel
