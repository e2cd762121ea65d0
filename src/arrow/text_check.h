#pragma once

#include "arrow/c_data.h"
#include "types/data_type.h"

namespace firesteel::arrow {

/// Checks that the strings of a canonical array are UTF-8: the engine relies on it. Throws QueryError.
void CheckTexts(const ArrowArray& array, const DataType& type);

}  // namespace firesteel::arrow
