#pragma once

#include "bound/expression.h"
#include "functions/function.h"

/// grouping(c) and grouping_id(c, …) until their aggregate is known: calls of rows that only the analyzer has. The
/// aggregate's builder replaces them by arithmetic on its grouping id.
namespace firesteel::analyzer {

extern const functions::Function kGrouping;
extern const functions::Function kGroupingId;

/// Whether the expression is such a call.
bool IsGroupingMarker(const bound::Expression& expression);
bool HasGroupingMarker(const bound::ExpressionPtr& expression);
/// UNSUPPORTED_GROUPING_EXPRESSION when there is one.
void RefuseGroupingMarkers(const bound::ExpressionPtr& expression);

}  // namespace firesteel::analyzer
