#pragma once

#include <memory>
#include <vector>

#include "plan/expression.h"
#include "plan/relation.h"

namespace firesteel::plan {

/// Long chains (1+1+…, UNION ALL …) make deep trees, and freeing one node frees its only child inside it: a stack
/// overflow at some ten thousand levels. The destructors of the nodes hand their children over to the outermost
/// destructor of the thread, which frees them one by one.
using Orphans = std::vector<std::shared_ptr<const void>>;

/// Moves the children of a dying node to `orphans` (they are shared: only the last owner frees them).
void TakeChildren(Expression& expression, Orphans& orphans);
void TakeChildren(Relation& relation, Orphans& orphans);

}  // namespace firesteel::plan
