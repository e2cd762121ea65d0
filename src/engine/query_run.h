#pragma once

#include <functional>

#include "engine/cancel_watcher.h"
#include "engine/engine.h"
#include "engine/instance.h"

namespace firesteel::engine {

/// Runs one query on its own connection and gives its batches to `sink`. Throws what Engine::Run throws.
void RunQuery(Instance& instance, CancelWatcher& watcher, const QuerySpec& query, const CancelTokenPtr& cancel,
              const std::function<bool(ArrowBatch)>& sink);

/// The engine's optimized plan as text.
std::string ExplainQuery(Instance& instance, const QuerySpec& query);

}  // namespace firesteel::engine
