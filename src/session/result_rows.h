#pragma once

#include <vector>

#include "engine/engine.h"
#include "types/data_type.h"
#include "types/value.h"

namespace firesteel::session {

/// The rows of a batch that our engine wrote, as constants of the schema's types. For small results that the server
/// itself reads (pivot values, observed metrics).
void AppendRows(const engine::ArrowBatch& batch, const Schema& schema, std::vector<std::vector<Value>>& rows);

}  // namespace firesteel::session
