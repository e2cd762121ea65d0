#pragma once

#include <cstdint>

#include "functions/kernel.h"

namespace firesteel::functions {

/// The hash by which theta and tuple sketches know a key (int, long, float, double, string, binary, arrays of int and
/// long; not null): 63 bits, as DataSketches makes it with the default seed. 0 for keys that are not counted: empty
/// texts, binaries and arrays.
uint64_t SketchKeyHash(const VectorView& keys, const DataType& type, size_t row);

}  // namespace firesteel::functions
