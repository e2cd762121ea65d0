#pragma once

#include <unordered_map>

#include "bound/relation.h"
#include "lowering/select.h"

/// What lowering asks about bound expressions.
namespace firesteel::lowering {

/// The expression without the names around it.
const bound::ExpressionPtr& StripAlias(const bound::ExpressionPtr& expression);
/// Counts each use of a column, those by subqueries included.
void CountReferences(const bound::Expression& expression, std::unordered_map<bound::AttributeId, int>& uses);
/// Levels of the expression; a column of `scope`, if given, counts as many as it has itself.
int ExpressionDepth(const bound::Expression& expression, const Scope* scope);
/// Whether evaluating it on some row may raise an error.
bool CanFail(const bound::ExpressionPtr& expression);
/// Whether it is volatile: to be evaluated exactly once for each row.
bool IsVolatile(const bound::ExpressionPtr& expression);
bool HasReference(const bound::ExpressionPtr& expression);
bool HasSubquery(const bound::ExpressionPtr& expression);
/// The call of the catalogue's function `name`, or null.
const bound::Call* AsCall(const bound::Expression& expression, std::string_view name);
/// Operands of a chain of one binary function (`and`, `or`), left to right. Not recursive along the chain.
std::vector<bound::ExpressionPtr> FlattenChain(const bound::ExpressionPtr& expression, std::string_view name);

}  // namespace firesteel::lowering
