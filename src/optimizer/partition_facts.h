#pragma once

#include "bound/relation.h"

namespace firesteel::optimizer {

/// What is known of the partitions of a relation's rows without much work.
enum class Division { kUnknown, kOne, kSliced };
Division DivisionOf(const bound::Relation& relation);

/// Whether Spark's partitions of the relation are certain: they come from ranges, client data, a number that the user
/// gave, or there is one.
bool HasKnownPartitions(const bound::Relation& relation);

/// Whether rows of a partition need not follow one another.
bool Shuffles(const bound::Relation& relation);

/// Whether the distance of a range's ends is a long.
bool IsNarrow(const bound::Range& range);

}  // namespace firesteel::optimizer
