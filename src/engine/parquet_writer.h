#pragma once

#include <vector>

#include "engine/cancel_watcher.h"
#include "engine/engine.h"
#include "engine/instance.h"

namespace firesteel::engine {

/// What Engine::WriteParquet does, on a connection of its own.
std::vector<WrittenFile> WriteParquetFiles(Instance& instance, CancelWatcher& watcher, const ParquetWrite& write,
                                           const CancelTokenPtr& cancel);

}  // namespace firesteel::engine
