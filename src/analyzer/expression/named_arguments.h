#pragma once

#include <string>
#include <vector>

#include "functions/function.h"
#include "plan/expression.h"

namespace firesteel::analyzer {

/// The arguments of a call in the order of the function's parameters: named ones at their places, defaults for what was
/// left out. The arguments as they are when none is named. Throws NAMED_PARAMETERS_NOT_SUPPORTED,
/// UNRECOGNIZED_PARAMETER_NAME, … as Spark.
std::vector<plan::ExpressionPtr> OrderArguments(const std::vector<plan::ExpressionPtr>& arguments,
                                                const functions::Function& function, const std::string& called,
                                                const OriginPtr& origin);

}  // namespace firesteel::analyzer
