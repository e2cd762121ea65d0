#pragma once

#include <vector>

#include "plan/relation.h"

namespace firesteel::analyzer {

/// window(time, duration [, slide [, start]]) in a SELECT list or GROUP BY gives its relation a column `window`
/// (Spark's TimeWindowing): rows whose time is NULL go, and with a slide a row comes once for each window that it lies
/// in. Replaces the calls in `expressions` by that column and gives the relation that has it; null when there are none.
/// Several windows of one query must be equal.
/// session_window(time, gap) gives a column `session_window` (SessionWindowing): each row's own, from its time to the
/// gap's end. Where rows are grouped (`grouping`, one of `expressions`), sessions that meet become one for all rows of
/// the same other keys.
plan::RelationPtr RelationWithTimeWindow(const plan::RelationPtr& child,
                                         const std::vector<std::vector<plan::ExpressionPtr>*>& expressions,
                                         const std::vector<plan::ExpressionPtr>* grouping = nullptr);

}  // namespace firesteel::analyzer
