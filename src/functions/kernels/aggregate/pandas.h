#pragma once

#include "functions/kernel.h"

/// Kernels of the functions of the pandas API on Spark (functions/tables/pandas.cc).
namespace firesteel::functions {

/// Aggregate of (long or double, boolean whether NULLs are left out) → the product. That of doubles is made of
/// logarithms, as Spark's is; whole numbers overflow.
extern const Kernel kPandasProduct;
/// (array of any, boolean whether NULLs are left out) → array of all the most frequent values.
extern const Kernel kPandasMode;  // mode.cc
/// Aggregate of rows in order: (double, alpha double, boolean whether places of NULLs do not count) → the mean with
/// weights (1 − alpha)^age. States merge in the rows' order.
extern const Kernel kWeightedMean;
/// Aggregate of rows in order: (any) → int: how many rows at the end are NULL.
extern const Kernel kNullIndex;
/// (array<T>, T) → int: the place of the value in a sorted array, or −(place where it belongs) − 1.
extern const Kernel kArrayBinarySearch;

}  // namespace firesteel::functions
