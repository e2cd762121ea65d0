#pragma once

#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// Makes the table function fs_input(i) known: the rows of the operation's input table number i, with columns v0, v1, …
/// of the physical types of its Spark types. Only the operation that brought a table sees it. Rows keep their order.
void RegisterInputFunction(duckdb::ClientContext& context);

}  // namespace firesteel::engine
