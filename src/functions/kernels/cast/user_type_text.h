#pragma once

#include <string>

#include "functions/kernel.h"
#include "types/data_type.h"

namespace firesteel::functions {

/// Appends what Java prints of a value, not null, of a user-defined type whose class Spark has in Java. False for a
/// type that is shown as what it is kept as.
bool AppendUserTypeText(const DataType& type, const VectorView& in, size_t row, std::string& text);

}  // namespace firesteel::functions
