#pragma once

#include "functions/binding/binding.h"

namespace firesteel::functions {

bound::ExpressionPtr BindVector(const BindRequest& request);  ///< vector_* functions and aggregates

}  // namespace firesteel::functions
