#pragma once

#include "analyzer/scope.h"
#include "plan/relation.h"

namespace firesteel::analyzer {

inline bound::Join::Type JoinType(plan::Join::Type type) {
  return static_cast<bound::Join::Type>(static_cast<uint8_t>(type));
}
static_assert(static_cast<uint8_t>(plan::Join::Type::kLeftAnti) == static_cast<uint8_t>(bound::Join::Type::kLeftAnti));

/// Whether a join of this type has the columns of its left side only.
inline bool LeftOnly(bound::Join::Type type) {
  return type == bound::Join::Type::kLeftSemi || type == bound::Join::Type::kLeftAnti;
}

/// The join of two resolved sides: the columns of both, nullable on the side that may be missing.
ScopePtr MakeJoin(const ScopePtr& left, const ScopePtr& right, bound::Join::Type type, bound::ExpressionPtr condition,
                  bool lateral, const OriginPtr& origin);

/// The join with those of its columns that `left` and `right` have: without what was exposed for a condition alone.
ScopePtr WithColumnsOf(const ScopePtr& join, const ScopePtr& left, const ScopePtr& right);

}  // namespace firesteel::analyzer
