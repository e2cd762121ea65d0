#pragma once

#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// Makes fs_as(value, NULL::T) known: the value's bytes as type T, which must have the same layout. It renames the
/// fields of structs and makes text of bytes that are no valid UTF-8, both without touching data.
void RegisterRelabelFunction(duckdb::ClientContext& context);

}  // namespace firesteel::engine
