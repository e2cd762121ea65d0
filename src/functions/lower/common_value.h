#pragma once

#include <string>

#include "functions/lower/lower.h"

/// Engine SQL of calls that use one of their values several times.
namespace firesteel::functions {

std::string LowerNanvl(const bound::ExpressionPtr& call, SqlWriter& writer);
/// nullif(value, other) and nullifzero(value) over a value that is computed.
std::string LowerNullifOnce(const bound::ExpressionPtr& call, SqlWriter& writer);
/// value BETWEEN low AND high, each compared in a type of its own, over a value that is computed.
std::string LowerBetweenOnce(const bound::ExpressionPtr& call, SqlWriter& writer);
std::string LowerLikeList(const bound::ExpressionPtr& call, SqlWriter& writer);

}  // namespace firesteel::functions
