#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/expression/resolver.h"

namespace firesteel::analyzer {

/// The indices of the columns that a DataFrame.na call names (all when it names none). Throws UNRESOLVED_COLUMN.
std::vector<size_t> NaColumns(Analysis& analysis, const ScopePtr& child, const std::vector<std::string>& names,
                              const OriginPtr& origin);
/// A projection of the child in which `change` may replace columns by other expressions of the same names (null: keep).
ScopePtr ReplaceColumns(Analysis& analysis, const ScopePtr& child,
                        const std::function<bound::ExpressionPtr(size_t)>& change, const OriginPtr& origin);

}  // namespace firesteel::analyzer
