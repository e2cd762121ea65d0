#pragma once

#include <vector>

#include "plan/relation.h"

namespace firesteel::analyzer {

/// window(time, duration [, slide [, start]]) in a SELECT list or GROUP BY gives its relation a column `window`
/// (Spark's TimeWindowing): rows whose time is NULL go, and with a slide a row comes once for each window that it lies
/// in. Replaces the calls in `expressions` by that column and gives the relation that has it; null when there are none.
/// Several windows of one query must be equal.
plan::RelationPtr RelationWithTimeWindow(const plan::RelationPtr& child,
                                         const std::vector<std::vector<plan::ExpressionPtr>*>& expressions);

}  // namespace firesteel::analyzer
