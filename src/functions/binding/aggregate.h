#pragma once

#include "functions/binding/binding.h"

/// Bind rules of aggregates that binding.h does not name.
namespace firesteel::functions {

bound::ExpressionPtr BindTotal(const BindRequest& request);       ///< sum, avg
bound::ExpressionPtr BindTriedTotal(const BindRequest& request);  ///< try_sum, try_avg
bound::ExpressionPtr BindByOrdering(const BindRequest& request);  ///< max_by, min_by
bound::ExpressionPtr BindBitAggregate(const BindRequest& request);
bound::ExpressionPtr BindFirstLast(const BindRequest& request);  ///< first, last, any_value
bound::ExpressionPtr BindCollect(const BindRequest& request);    ///< collect_list, collect_set
bound::ExpressionPtr BindCollectUnion(const BindRequest& request);
bound::ExpressionPtr BindListAggregate(const BindRequest& request);
bound::ExpressionPtr BindApproximateCount(const BindRequest& request);
bound::ExpressionPtr BindRegression(const BindRequest& request);  ///< regr_count, regr_avgx, regr_avgy
bound::ExpressionPtr BindMode(const BindRequest& request);
bound::ExpressionPtr BindHistogram(const BindRequest& request);
bound::ExpressionPtr BindPercentile(const BindRequest& request);  ///< percentile, percentile_cont and _disc, median
bound::ExpressionPtr BindPercentileApprox(const BindRequest& request);

/// Refuses WITHIN GROUP and IGNORE or RESPECT NULLS where the aggregate does not take them.
void CheckAggregateSyntax(const BindRequest& request);

}  // namespace firesteel::functions
