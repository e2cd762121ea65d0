#pragma once

#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// Makes the SQL aggregates fs_var_pop, fs_var_samp, fs_stddev_pop and fs_stddev_samp of a double known to the
/// database. They differ from the engine's own in two things that Spark has: the operations and their order, so that
/// the last digit is Spark's where one thread sums up; and squares that no double holds give Infinity or NaN where the
/// engine's own refuse. Nothing, or one value of a sample, gives NULL. Call within a transaction.
void RegisterVarianceFunctions(duckdb::ClientContext& context);

}  // namespace firesteel::engine
