#pragma once

#include "functions/kernel.h"

/// Kernels of arrays, maps and structs that kernels.h does not name, by the file that holds them. Element and key types
/// of all arguments of a call are equal.
namespace firesteel::functions {

// array_edit.cc
extern const Kernel kArrayAppend;
extern const Kernel kArrayPrepend;
extern const Kernel kArrayInsert;
extern const Kernel kArrayRemove;
extern const Kernel kArrayCompact;
extern const Kernel kFlatten;
extern const Kernel kReverseArray;
extern const Kernel kConcatArrays;  ///< any number of arrays of the result's type
extern const Kernel kShuffle;       ///< (array, seed long)
// array_set.cc
extern const Kernel kArrayContains;
extern const Kernel kArrayPosition;
extern const Kernel kArrayDistinct;
extern const Kernel kArrayUnion;
extern const Kernel kArrayIntersect;
extern const Kernel kArrayExcept;
extern const Kernel kArraysOverlap;
// array_order.cc
extern const Kernel kArrayMax;
extern const Kernel kArrayMin;
extern const Kernel kSortArray;     ///< (array, ascending): nulls first when ascending, else last
extern const Kernel kArraySort;     ///< (array): nulls last
extern const Kernel kSortByMatrix;  ///< (array, array of array of int: what the comparator gives for each pair)
// array_text.cc
extern const Kernel kArrayJoin;
// item.cc
extern const Kernel kGetOrNull;  ///< get(array, index from 0)
extern const Kernel kMapItem;    ///< (map, key)
extern const Kernel kMapContainsKey;
// positions.cc
extern const Kernel kPositions;  ///< (length long) → array of int: 0, 1, …
// zip.cc
extern const Kernel kArraysZip;
extern const Kernel kMapZip;  ///< (map, map) → array<struct<key, value of one, value of the other>>
// three_valued.cc
extern const Kernel kAnyTrue;  ///< array of boolean: true if one is; else NULL if one is NULL
extern const Kernel kAllTrue;
// map.cc: each in two forms, after spark.sql.mapKeyDedupPolicy
extern const Kernel kMakeMapLastWins;
extern const Kernel kMapFromArraysLastWins;
extern const Kernel kMapFromEntries;
extern const Kernel kMapFromEntriesLastWins;
extern const Kernel kMapConcat;
extern const Kernel kMapConcatLastWins;
extern const Kernel kMapEntries;

}  // namespace firesteel::functions
