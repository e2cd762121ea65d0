#pragma once

#include <span>
#include <vector>

#include "functions/kernel.h"

/// What aggregates make of all values of a group. Lowering collects the values (never null) into an array with the
/// engine's `list`, under the call's DISTINCT and FILTER; these kernels give the aggregate's result for each array. A
/// NULL array is a group without values.
namespace firesteel::functions {

// percentile.cc: (array of double, percentage double or array of double) → double, array of double, or intervals
extern const Kernel kPercentile;
extern const Kernel kPercentileDescending;
extern const Kernel kPercentileDiscrete;
extern const Kernel kPercentileDiscreteDescending;
/// (array of struct<double, frequency long>, percentage, the text of the frequency for messages)
extern const Kernel kPercentileWeighted;
// percentile_approx.cc
/// (array of double, percentage, accuracy long or relative error double) → the values' type or an array of it
extern const Kernel kPercentileApprox;
// histogram.cc: (array of double or NULL, bins int, slices int) → array of struct<x, y double>
extern const Kernel kHistogramNumeric;
// mode.cc: (array of any) → the most frequent; of several the first met, the least, the greatest
extern const Kernel kMode;
extern const Kernel kModeLeast;
extern const Kernel kModeGreatest;
extern const Kernel kCollectUnion;  ///< array of array<T> → the different elements
// bitmap.cc
extern const Kernel kBitmapConstruct;  ///< array of long (bit positions) → binary of 4096 bytes
extern const Kernel kBitmapOr;         ///< array of binary
extern const Kernel kBitmapAnd;
extern const Kernel kBitmapCount;        ///< binary → long
extern const Kernel kBitmapBitPosition;  ///< long → long
extern const Kernel kBitmapBucketNumber;
// distinct_sketch.cc: HyperLogLog++ of precision p
extern const Kernel kSketchRegister;  ///< (hash long, p int) → long: index and rank of a register, packed
extern const Kernel kSketchEstimate;  ///< (binary: rank of each of 2^p registers, p int) → long
// vector.cc: array of array<float> → array<float>
extern const Kernel kVectorSum;
extern const Kernel kVectorAverage;

// interval_total.cc: aggregates of (year-month or day-time interval [, partition short])
extern const Kernel kIntervalSum;
extern const Kernel kIntervalAverage;

/// The doubles of a row's array, in `storage` if there are NULLs among them or they do not lie together.
std::span<const double> DoublesOf(const VectorView& list, size_t row, std::vector<double>& storage);

}  // namespace firesteel::functions
