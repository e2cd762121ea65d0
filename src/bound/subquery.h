#pragma once

#include "bound/relation.h"

namespace firesteel::bound {

/// The plan of a subquery expression, or null.
inline const RelationPtr* SubqueryOf(const Expression& expression) {
  if (const auto* scalar = expression.As<ScalarSubquery>()) return &scalar->query;
  if (const auto* exists = expression.As<ExistsSubquery>()) return &exists->query;
  if (const auto* in = expression.As<InSubquery>()) return &in->query;
  return nullptr;
}

}  // namespace firesteel::bound
