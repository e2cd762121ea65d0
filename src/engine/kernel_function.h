#pragma once

#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// Makes the SQL functions fs(id, …) and fs_volatile(id, …) known to the database. A call runs the operation's kernel
/// call number `id` (a constant) on the other arguments; types follow from the kernel call. fs_volatile is evaluated
/// for every row where it stands: never folded, merged with an equal call, or moved by the optimizer.
/// Nulls go to the kernel like other values. Call within a transaction.
void RegisterKernelFunctions(duckdb::ClientContext& context);

/// Makes the SQL aggregate fs_aggregate(id, …) known to the database: kernel call number `id` over accumulators
/// (functions/accumulator.h). Nulls go to the kernel; what accumulators hold counts against the engine's memory limit.
/// Call within a transaction.
void RegisterAggregateKernelFunction(duckdb::ClientContext& context);

}  // namespace firesteel::engine
