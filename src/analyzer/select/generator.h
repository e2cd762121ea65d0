#pragma once

#include <string>
#include <vector>

#include "analyzer/expression/resolver.h"

namespace firesteel::analyzer {

/// The columns that a generator gives, under fresh ids: its own names, or `names` when there are any
/// (UDTF_ALIAS_NUMBER_MISMATCH when they are not as many).
std::vector<bound::Attribute> GeneratorColumns(Analysis& analysis, const bound::ExpressionPtr& generator,
                                               const std::vector<std::string>& names, bool outer,
                                               const OriginPtr& origin = nullptr);
/// A Generate node over `child`; its columns follow the child's.
ScopePtr MakeGenerate(const ScopePtr& child, const bound::ExpressionPtr& generator,
                      std::vector<bound::Attribute> columns, bool outer, const OriginPtr& origin);
/// Whether the generator's own name says that empty input gives one row of nulls (explode_outer).
bool IsOuterGenerator(const bound::ExpressionPtr& generator);

/// Moves generators among the items into Generate nodes over `base`; items then refer to their columns. A generator
/// inside an expression is refused.
ScopePtr ExtractGenerators(Analysis& analysis, const ScopePtr& base, std::vector<SelectItem>& items,
                           const OriginPtr& origin);

}  // namespace firesteel::analyzer
