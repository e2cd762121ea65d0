#pragma once

#include "functions/kernel.h"

namespace firesteel::functions {

/// Writes a value that was summarised as a double in its own type: numbers are cut, decimals rounded to their scale;
/// dates, timestamps, times and intervals are counts.
void WriteFromDouble(const DataType& type, double value, ResultVector& result, size_t row);

}  // namespace firesteel::functions
