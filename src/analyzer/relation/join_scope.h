#pragma once

#include "analyzer/scope.h"

namespace firesteel::analyzer {

/// Whether a join of this type has the columns of its left side only.
inline bool LeftOnly(bound::Join::Type type) {
  return type == bound::Join::Type::kLeftSemi || type == bound::Join::Type::kLeftAnti;
}

/// The join of two resolved sides: the columns of both, nullable on the side that may be missing.
ScopePtr MakeJoin(const ScopePtr& left, const ScopePtr& right, bound::Join::Type type, bound::ExpressionPtr condition,
                  bool lateral, const OriginPtr& origin);

}  // namespace firesteel::analyzer
