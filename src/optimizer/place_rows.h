#pragma once

#include <cstdint>
#include <optional>

#include "bound/relation.h"
#include "bound/session_settings.h"

namespace firesteel::optimizer {

/// Gives rows their places in Spark's notional partitions where something depends on them: rand(seed), randn, uniform,
/// randstr, monotonically_increasing_id, spark_partition_id and samples become functions of (seed, partition, row).
/// A plan without any of these stays as it is.
///
/// Equal to Spark for range, client data and VALUES (sliced as Spark slices them; one partition where Spark evaluates a
/// projection or filter of client data while it plans), and for everything behind a sort, limit, tail, coalesce,
/// repartition by expressions (by Spark's hash), union of these. Everything that shuffles otherwise counts as one
/// partition, as with spark.sql.shuffle.partitions = 1 and as adaptive execution makes of small data; the order of rows
/// there is the engine's, so their numbers are repeatable but not Spark's. So it is with round-robin repartitioning,
/// with joins and with several files, whose layout Spark takes from sizes.
bound::RelationPtr PlaceRows(const bound::RelationPtr& relation, const bound::SessionSettings& settings);

/// A relation with one more column, the last: the number (int, from 0) of the partition in which Spark has the row. The
/// rows of a partition follow one another.
struct Partitioned {
  bound::RelationPtr relation;
  bound::Attribute partition;
  int32_t count = 1;  ///< of partitions; some may have no rows
};
/// Nothing where Spark takes the layout from sizes or spreads the rows by what it does not tell: files, joins,
/// shuffles.
std::optional<Partitioned> WithPartitions(const bound::RelationPtr& relation, const bound::SessionSettings& settings);

}  // namespace firesteel::optimizer
