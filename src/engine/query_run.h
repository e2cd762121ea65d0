#pragma once

#include <functional>

#include "engine/cancel_watcher.h"
#include "engine/engine.h"
#include "engine/instance.h"
#include "engine/operation.h"

namespace firesteel::engine {

/// Runs one query on its own connection and gives its batches to `sink`. Throws what Engine::Run throws.
void RunQuery(Instance& instance, CancelWatcher& watcher, const QuerySpec& query, const CancelTokenPtr& cancel,
              const std::function<bool(ArrowBatch)>& sink);

/// The text of the query with its columns in the engine's types of its schema. Binds it, does not run it.
std::string TypedQuery(duckdb::Connection& connection, Operation& operation, const QuerySpec& query);

/// The engine's optimized plan as text.
std::string ExplainQuery(Instance& instance, const QuerySpec& query);

}  // namespace firesteel::engine
