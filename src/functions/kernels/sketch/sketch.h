#pragma once

#include "functions/kernel.h"

/// Approximate sketches in the formats of Apache DataSketches, and count-min sketches in Spark's own. Aggregates are
/// kernels over accumulators; some may get the row's notional partition as one more argument (partitioned.h).
namespace firesteel::functions {

// hll_sketch.cc
extern const Kernel kHllSketchAgg;       ///< (int, long, string or binary; lgConfigK int) → binary
extern const Kernel kHllUnionAgg;        ///< (binary, allow different lgConfigK boolean) → binary
extern const Kernel kHllSketchEstimate;  ///< binary → long
extern const Kernel kHllUnion;           ///< (binary, binary, boolean) → binary
// theta_sketch.cc
extern const Kernel kThetaSketchAgg;  ///< (key, lgNomEntries int) → binary
extern const Kernel kThetaUnionAgg;   ///< (binary, lgNomEntries int) → binary
extern const Kernel kThetaIntersectionAgg;
extern const Kernel kThetaSketchEstimate;  ///< binary → long
extern const Kernel kThetaUnion;           ///< (binary, binary, lgNomEntries int) → binary
extern const Kernel kThetaIntersection;    ///< (binary, binary) → binary
extern const Kernel kThetaDifference;
// tuple_aggregate.cc: sketches with a double or int for each key; the last argument of some is the mode, a text
extern const Kernel kTupleSketchAggDouble;  ///< (key, double, lgNomEntries int, mode) → binary
extern const Kernel kTupleSketchAggInteger;
extern const Kernel kTupleUnionAggDouble;  ///< (binary, lgNomEntries int, mode) → binary
extern const Kernel kTupleUnionAggInteger;
extern const Kernel kTupleIntersectionAggDouble;  ///< (binary, mode) → binary
extern const Kernel kTupleIntersectionAggInteger;
// tuple_sketch.cc
extern const Kernel kTupleSketchEstimateDouble;  ///< binary → double
extern const Kernel kTupleSketchEstimateInteger;
extern const Kernel kTupleSketchThetaDouble;
extern const Kernel kTupleSketchThetaInteger;
extern const Kernel kTupleSketchSummaryDouble;   ///< (binary, mode) → double
extern const Kernel kTupleSketchSummaryInteger;  ///< (binary, mode) → long
extern const Kernel kTupleUnionDouble;           ///< (binary, binary, lgNomEntries int, mode) → binary
extern const Kernel kTupleUnionInteger;
extern const Kernel kTupleUnionThetaDouble;  ///< the second is a theta sketch
extern const Kernel kTupleUnionThetaInteger;
extern const Kernel kTupleIntersectionDouble;  ///< (binary, binary, mode) → binary
extern const Kernel kTupleIntersectionInteger;
extern const Kernel kTupleIntersectionThetaDouble;
extern const Kernel kTupleIntersectionThetaInteger;
extern const Kernel kTupleDifferenceDouble;  ///< (binary, binary) → binary
extern const Kernel kTupleDifferenceInteger;
extern const Kernel kTupleDifferenceThetaDouble;
extern const Kernel kTupleDifferenceThetaInteger;
// kll_aggregate.cc
extern const Kernel kKllSketchAggBigint;  ///< (byte … long; k int, may be missing) → binary
extern const Kernel kKllSketchAggFloat;
extern const Kernel kKllSketchAggDouble;
extern const Kernel kKllMergeAggBigint;  ///< (binary; k int, may be missing) → binary
extern const Kernel kKllMergeAggFloat;
extern const Kernel kKllMergeAggDouble;
// kll_sketch.cc
extern const Kernel kKllGetNBigint;  ///< binary → long
extern const Kernel kKllGetNFloat;
extern const Kernel kKllGetNDouble;
extern const Kernel kKllToStringBigint;  ///< binary → string
extern const Kernel kKllToStringFloat;
extern const Kernel kKllToStringDouble;
extern const Kernel kKllMergeBigint;  ///< (binary, binary) → binary
extern const Kernel kKllMergeFloat;
extern const Kernel kKllMergeDouble;
extern const Kernel kKllGetQuantileBigint;  ///< (binary, double or array of double) → long or array of long
extern const Kernel kKllGetQuantileFloat;
extern const Kernel kKllGetQuantileDouble;
extern const Kernel kKllGetRankBigint;  ///< (binary, value or array of values) → double or array of double
extern const Kernel kKllGetRankFloat;
extern const Kernel kKllGetRankDouble;
// top_k.cc
extern const Kernel kApproxTopK;            ///< (any, k int, maxItemsTracked int) → array of struct<item, count long>
extern const Kernel kApproxTopKAccumulate;  ///< (any, maxItemsTracked int) → the state struct
extern const Kernel kApproxTopKCombine;     ///< (state struct, maxItemsTracked int or −1) → the state struct
extern const Kernel kApproxTopKEstimate;    ///< (state struct, k int) → array of struct<item, count long>
// count_min_sketch.cc
extern const Kernel kCountMinSketch;  ///< (byte … long, string or binary; epsilon, confidence double; seed) → binary

}  // namespace firesteel::functions
