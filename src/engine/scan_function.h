#pragma once

#include "duckdb/main/client_context.hpp"

namespace firesteel::engine {

/// Registers fs_scan(i), which reads the files of ScanTable number i of the running query, in parallel and in order.
void RegisterScanFunction(duckdb::ClientContext& context);

}  // namespace firesteel::engine
