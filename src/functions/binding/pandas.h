#pragma once

#include "functions/binding/binding.h"

/// Bind rules of the functions of the pandas API on Spark (tables/pandas.cc).
namespace firesteel::functions {

bound::ExpressionPtr BindPandasMoment(const BindRequest& request);
bound::ExpressionPtr BindPandasProduct(const BindRequest& request);
bound::ExpressionPtr BindPandasMode(const BindRequest& request);
bound::ExpressionPtr BindCollectTop(const BindRequest& request);
bound::ExpressionPtr BindWeightedMean(const BindRequest& request);
bound::ExpressionPtr BindSecondsOfClock(const BindRequest& request);
bound::ExpressionPtr BindBinarySearch(const BindRequest& request);
/// Nullable where rows that are NULL make the result NULL: where the last argument is false.
bool NullableUnlessDropped(const bound::Expression& call);

}  // namespace firesteel::functions
