#pragma once

#include "bound/relation.h"
#include "bound/session_settings.h"

/// Bound plan → bound plan: only what must happen before lowering. Join order, filter push-down and the like are the
/// engine's. Output attributes (ids, names, types, order) stay as they are. Pure.
namespace firesteel::optimizer {

bound::RelationPtr Optimize(const bound::RelationPtr& relation, const bound::SessionSettings& settings);

}  // namespace firesteel::optimizer
