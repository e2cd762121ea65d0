#pragma once

#include <span>
#include <string>
#include <vector>

#include "analyzer/scope.h"
#include "base/error.h"
#include "plan/expression.h"

namespace firesteel::analyzer {

/// Spark's proposals for a name that is unknown among these columns: nearest by edit distance first, at most five,
/// quoted. Common qualifiers are dropped as Spark drops them.
/// Equally near ones come by name, or in the order given.
std::vector<std::string> SuggestColumns(const std::vector<std::string>& name, std::vector<bound::Attribute> candidates,
                                        bool in_order = false);

/// UNRESOLVED_COLUMN (or another condition of that shape, such as UNRESOLVED_FIELD) with or without proposals.
[[noreturn]] void ThrowUnresolvedColumn(const std::vector<std::string>& name, std::vector<bound::Attribute> candidates,
                                        const OriginPtr& origin, bool in_order = false);
/// UNBOUND_SQL_PARAMETER: a marker for which no argument was given.
[[noreturn]] void ThrowUnboundParameter(const plan::ParameterMarker& marker, const OriginPtr& origin);
/// Dataset.resolve: the first columns in their order are proposed, not the nearest.
[[noreturn]] void ThrowUnknownColumn(const std::string& name, const std::vector<bound::Attribute>& columns);
/// The columns of these scopes, in order.
std::vector<bound::Attribute> AllColumns(std::span<const ScopePtr> scopes);
/// `a`, `b`, `c`
std::string QuotedNames(const std::vector<bound::Attribute>& attributes);

}  // namespace firesteel::analyzer
