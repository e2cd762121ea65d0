#pragma once

#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// Makes the SQL aggregate fs_ranks(packed BIGINT, precision INTEGER) known to the database: of the registers of a
/// sketch, each packed with a rank in its last six bits, the greatest rank of each, as 2^precision bytes. Nothing but
/// NULLs gives NULL. Call within a transaction.
void RegisterRankFunction(duckdb::ClientContext& context);

}  // namespace firesteel::engine
