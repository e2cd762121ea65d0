#pragma once

#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// Makes the SQL aggregates of central moments known to the database: fs_skewness, fs_kurtosis (value DOUBLE, slices
/// INTEGER) and fs_corr, fs_covar_pop, fs_covar_samp, fs_regr_sxx, fs_regr_sxy, fs_regr_syy, fs_regr_slope,
/// fs_regr_intercept, fs_regr_r2 (y DOUBLE, x DOUBLE, slices INTEGER).
/// Rows with a NULL count for nothing but the slices. Groups of few rows are summed up in that many parts, each by
/// itself, as Spark's partitions are, so that the last digits are Spark's; of larger ones they depend on the threads,
/// as in Spark. Call within a transaction.
void RegisterMomentFunctions(duckdb::ClientContext& context);

}  // namespace firesteel::engine
