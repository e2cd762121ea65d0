#pragma once

#include <string>
#include <vector>

#include "functions/lower/lower.h"

/// Engine SQL of aggregates that are computed from all values of a group: the engine's `list` collects them, a kernel
/// makes the result (functions/kernels/aggregate/aggregate.h).
namespace firesteel::functions {

/// The same aggregate call over other arguments, without an order, and only where `condition` (may be null) holds.
bound::ExpressionPtr RestrictedAggregate(const bound::ExpressionPtr& call, std::vector<bound::ExpressionPtr> arguments,
                                         bound::ExpressionPtr condition, SqlWriter& writer);
/// x IS NOT NULL AND … of the values that may be null; null when none may be.
bound::ExpressionPtr NoneIsNull(const std::vector<bound::ExpressionPtr>& values, SqlWriter& writer);

/// In how many slices an aggregate of doubles is summed up. The last digits depend on it: Spark has a slice for each
/// partition, and a local relation or range has the parallelism of a small cluster; a window has one.
std::string SliceCount(const SqlWriter& writer);

std::string LowerRegression(const bound::ExpressionPtr& call, SqlWriter& writer);  ///< regr_*, corr
std::string LowerHistogram(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerPercentileApprox(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerMode(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerBitmapAggregate(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerCollectUnion(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerVectorAggregate(const bound::ExpressionPtr& call, SqlWriter& writer);  ///< vector_sum, vector_avg

}  // namespace firesteel::functions
