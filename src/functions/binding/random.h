#pragma once

#include "functions/function.h"

/// Bind rules of the random functions. Seeds are constants; a missing one is chosen for every run.
namespace firesteel::functions {

bound::ExpressionPtr BindRandom(const BindRequest& request);      ///< rand, randn
bound::ExpressionPtr BindUniform(const BindRequest& request);     ///< uniform(min, max[, seed])
bound::ExpressionPtr BindRandomText(const BindRequest& request);  ///< randstr(length[, seed])

bound::ExpressionPtr BindUuid(const BindRequest& request);  ///< uuid([seed])
/// INVALID_PARAMETER_VALUE.LONG unless the argument is a literal int or long.
void CheckSeedLiteral(const BindRequest& request, size_t index);

bound::ExpressionPtr BindDirectPartition(const BindRequest& request);

}  // namespace firesteel::functions
