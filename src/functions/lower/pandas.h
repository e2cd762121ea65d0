#pragma once

#include "functions/lower/lower.h"

/// Engine SQL of the functions of the pandas API on Spark (tables/pandas.cc).
namespace firesteel::functions {

std::string LowerPandasVariance(const bound::ExpressionPtr& call, SqlWriter& writer);  ///< and standard deviation
std::string LowerPandasCovariance(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerPandasMode(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerCollectTop(const bound::ExpressionPtr& call, SqlWriter& writer);
/// A window function that is an aggregate of the rows up to the current one.
std::string LowerOverRowsSoFar(const bound::ExpressionPtr& call, SqlWriter& writer);
bound::ExpressionPtr SecondsOfClock(const bound::ExpressionPtr& call, const bound::SessionSettings& settings);

}  // namespace firesteel::functions
