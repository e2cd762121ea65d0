#pragma once

#include "engine/cancel_watcher.h"
#include "engine/engine.h"
#include "engine/instance.h"

namespace firesteel::engine {

/// What Engine::WriteFiles does, on connections of its own.
FileWriteResult WriteQueryFiles(Instance& instance, CancelWatcher& watcher, const FileWrite& write,
                                const CancelTokenPtr& cancel);

}  // namespace firesteel::engine
