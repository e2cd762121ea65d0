#pragma once

#include <string_view>
#include <vector>

#include "functions/function.h"

/// Calls that use one of their values several times: nullif, BETWEEN with two types, LIKE ANY.
namespace firesteel::functions {

/// A column, a constant or a lambda's parameter: it may stand in an expression as often as needed. What is larger is
/// kept once in the bound plan, or calls in calls would double it with every level.
bool IsPlain(const bound::ExpressionPtr& value);

/// value LIKE ANY (patterns) and its like as one condition; `name`: likeany, likeall, notlikeany, notlikeall.
bound::ExpressionPtr LikeListCondition(std::string_view name, const bound::ExpressionPtr& value,
                                       const std::vector<bound::ExpressionPtr>& patterns,
                                       const bound::SessionSettings& settings, const OriginPtr& origin);

/// For what must repeat a value: refuses an expression that became too large by it.
void RefuseOversized(const bound::ExpressionPtr& expression);

}  // namespace firesteel::functions
