#pragma once

#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// Makes the SQL aggregates fs_min and fs_max of DOUBLE and FLOAT known to the database: the engine's min and max,
/// where NaN is the greatest as well, with a comparison that its loops hold in themselves (the engine calls one a row).
/// Call within a transaction.
void RegisterExtremeFunctions(duckdb::ClientContext& context);

}  // namespace firesteel::engine
